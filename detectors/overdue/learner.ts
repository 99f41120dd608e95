import type { Batch } from '../../src/core/batch.ts';
import type { Json } from '../../src/core/detector.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { kinds, type Layout } from './layout.ts';
import type { Learned } from './learned.ts';
import { RestedIntervals } from './rested.ts';
import { Tracker, type Watcher } from './tracker.ts';

/** Longest time between two batches that counts as learned, ms. */
const mostStepMs = 600_000;

/** Learns operations from observations. */
export class Learner implements Watcher {
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #tracker: Tracker;
  readonly #rested: RestedIntervals;
  #learnedMs = 0;

  constructor(layout: Layout, learned: Learned) {
    this.#layout = layout;
    this.#learned = learned;
    this.#tracker = new Tracker(layout, this);
    this.#rested = new RestedIntervals(layout);
  }

  observe(batch: Batch): void {
    const before = this.#tracker.now;
    this.#tracker.observe(batch);
    const step = this.#tracker.now - before;
    if (step <= mostStepMs) this.#learnedMs += step;
  }

  begin(): void {
    this.#tracker.clear();
    this.#rested.clear();
    this.#learnedMs = 0;
  }

  /** @param spanMs duration of the whole calibration, of which a fold has a part */
  end(spanMs: number | undefined): void {
    this.#layout.items.forEach((_, item) => this.lost(item, this.#tracker.now));
    const share = spanMs !== undefined && spanMs > 0 ? Math.min(1, this.#learnedMs / spanMs) : 1;
    this.#learned.end(share, (slot) => this.#rested.of(slot));
    this.begin();
  }

  kind(item: number, value: number): number {
    return this.#learned.isChosen ? this.#learned.kind(item, value) : this.#learned.meet(item, value);
  }

  operation(slot: number, time: number, last: number, isWhole: boolean): void {
    if (!isWhole) this.#noteOpen(slot, last, time);
    const isRested = isWhole && this.#rested.isSince(Math.floor(slot / kinds), last);
    if (isRested) this.#rested.add(slot, time - last);
    this.#learned.noteOperation(slot, time, isWhole && !isRested ? time - last : Number.NaN);
  }

  rests(item: number, time: number): void {
    this.#rested.note(item, time);
  }

  lost(item: number, time: number): void {
    for (let slot = item * kinds; slot < (item + 1) * kinds; slot++)
      this.#noteOpen(slot, this.#tracker.last[slot] as number, time);
  }

  #noteOpen(slot: number, from: number, to: number): void {
    if (this.#rested.isSince(Math.floor(slot / kinds), from)) this.#rested.addOpen(slot, to - from);
    else this.#learned.noteOpen(slot, to - from);
  }

  toJson(): Json {
    return { tracker: this.#tracker.toJson(), rested: this.#rested.toJson(), learnedMs: this.#learnedMs };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(saved: unknown): void {
    if (!isRecord(saved) || typeof saved['learnedMs'] !== 'number') throw mismatch('it lacks what is being learned');
    this.#tracker.fromJson(saved['tracker']);
    this.#rested.fromJson(saved['rested']);
    this.#learnedMs = saved['learnedMs'];
  }
}
