import type { Batch } from '../../src/core/batch.ts';
import type { Json } from '../../src/core/detector.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import { hasValue } from '../../src/detector-kit/intake.ts';
import { type Item, kinds, type Layout } from './layout.ts';

/** Scans without a sample after which a tag counts as missing, and after which an operation may have been missed. */
const missingScans = 3;
const lostScans = 60;

/** Receives operations. */
export interface Watcher {
  /** The kind of an entry into a state; −1 if it is not known. */
  kind(item: number, value: number): number;
  /** An operation; `last` is the previous one, or the begin of the observation if `isWhole` is false. */
  operation(slot: number, time: number, last: number, isWhole: boolean): void;
  /** A tag of the item is at a state at which its equipment rests, such as out of service. */
  rests(item: number, time: number): void;
  /** The observation of an item ends: an operation may have been missed. */
  lost(item: number, time: number): void;
}

/** Follows the values of all tags, and the time of the last operation of each kind. */
export class Tracker {
  /** Time of the last sample, ms UTC. */
  now = Number.NEGATIVE_INFINITY;
  /** 1 for items of which a sample has come in the last batch. */
  readonly touched: Uint8Array;
  /** By item and kind: time of the last operation, or of the begin of the observation. */
  readonly last: Float64Array;
  readonly isWhole: Float64Array;
  /** By tag: last value. */
  readonly value: Float64Array;
  /** By tag: last change. */
  readonly changedAt: Float64Array;
  readonly #layout: Layout;
  readonly #watcher: Watcher;
  readonly #items: Columns;
  readonly #tags: Columns;
  readonly #seen: Float64Array;

  constructor(layout: Layout, watcher: Watcher) {
    this.#layout = layout;
    this.#watcher = watcher;
    this.touched = new Uint8Array(layout.items.length);
    this.#items = new Columns(layout.items.length);
    this.last = this.#items.add('last', kinds, Number.NaN);
    this.isWhole = this.#items.add('whole', kinds);
    this.#tags = new Columns(layout.tags.length);
    this.value = this.#tags.add('value', 1, Number.NaN);
    this.#seen = this.#tags.add('seen', 1, Number.NEGATIVE_INFINITY);
    this.changedAt = this.#tags.add('changedAt', 1, Number.NaN);
  }

  clear(): void {
    this.now = Number.NEGATIVE_INFINITY;
    this.#items.clear();
    this.#tags.clear();
  }

  observe(batch: Batch): void {
    this.touched.fill(0);
    for (let row = 0; row < batch.length; row++) {
      const slot = this.#layout.slotOf[batch.tag[row] as number] ?? -1;
      if (slot < 0 || !hasValue(batch, row)) continue;
      const [time, value] = [batch.sourceTime[row] as number, batch.value[row] as number];
      if (Number.isFinite(value) && time > (this.#seen[slot] as number)) this.#take(slot, time, value);
    }
  }

  #take(slot: number, time: number, value: number): void {
    const item = this.#layout.itemOf[slot] as number;
    const lostMs = lostScans * this.#scanMs(slot);
    const [before, seen] = [this.value[slot] as number, this.#seen[slot] as number];
    this.value[slot] = value;
    this.#seen[slot] = time;
    this.touched[item] = 1;
    if (time > this.now) this.now = time;
    const { isCounter, restsAt } = this.#layout.items[item] as Item;
    const isResting = !isCounter && restsAt.includes(value);
    if (time - seen > lostMs) this.restart(item, time, seen);
    else if (value !== before) {
      this.changedAt[slot] = time;
      this.#operation(item, 0, time);
      const kind = isCounter || isResting ? -1 : this.#watcher.kind(item, value);
      if (kind > 0) this.#operation(item, kind, time);
    }
    if (isResting) this.#watcher.rests(item, time);
  }

  #operation(item: number, kind: number, time: number): void {
    const slot = item * kinds + kind;
    this.#watcher.operation(slot, time, this.last[slot] as number, this.isWhole[slot] === 1);
    this.last[slot] = time;
    this.isWhole[slot] = 1;
  }

  /** Begins the observation of an item anew, after it ended at `until`. */
  restart(item: number, time: number, until: number): void {
    this.#watcher.lost(item, until);
    this.last.fill(time, item * kinds, (item + 1) * kinds);
    this.isWhole.fill(0, item * kinds, (item + 1) * kinds);
  }

  /** True if no tag of the item is missing. */
  isPresent(item: number): boolean {
    for (const slot of this.#layout.slotsOfItem[item] as Int32Array)
      if (this.now - (this.#seen[slot] as number) > missingScans * this.#scanMs(slot)) return false;
    return true;
  }

  #scanMs(slot: number): number {
    return this.#layout.scanMs[slot] as number;
  }

  toJson(): Json {
    return { items: this.#items.toRecord(this.#layout.itemNames()), tags: this.#tags.toRecord(this.#layout.tagNames()) };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(saved: unknown): void {
    const { items, tags } = isRecord(saved) ? saved : {};
    this.#items.fromRecord(this.#layout.itemNames(), items);
    this.#tags.fromRecord(this.#layout.tagNames(), tags);
    this.#restoreNow();
  }

  save(): unknown {
    return { items: this.#items.save(), tags: this.#tags.save() };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { items, tags } = isRecord(saved) ? saved : {};
    this.#items.load(items);
    this.#tags.load(tags);
    this.#restoreNow();
  }

  #restoreNow(): void {
    this.now = this.#seen.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  }
}
