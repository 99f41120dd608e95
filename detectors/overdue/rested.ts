import type { Json } from '../../src/core/detector.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { kinds, type Layout } from './layout.ts';
import { addTo, type Rested } from './learned.ts';

/** Intervals in which some equipment of an item was out of service, by item and kind of operation, during a calibration. */
export class RestedIntervals {
  readonly #layout: Layout;
  readonly #state: Columns;
  readonly #n: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #longest: Float64Array;
  /** The longest such time of which one end was not observed. */
  readonly #open: Float64Array;
  /** By item: last time at which some equipment was out of service, ms UTC. */
  readonly #restedAt: Float64Array;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#state = new Columns(layout.items.length);
    this.#n = this.#state.add('intervals', kinds);
    this.#mean = this.#state.add('meanMs', kinds);
    this.#squares = this.#state.add('squares', kinds);
    this.#longest = this.#state.add('longestMs', kinds);
    this.#open = this.#state.add('openMs', kinds);
    this.#restedAt = this.#state.add('restedAt', 1, Number.NEGATIVE_INFINITY);
  }

  clear(): void {
    this.#state.clear();
  }

  note(item: number, time: number): void {
    this.#restedAt[item] = time;
  }

  /** True if some equipment of the item was out of service after a time. */
  isSince(item: number, time: number): boolean {
    return (this.#restedAt[item] as number) > time;
  }

  add(slot: number, ms: number): void {
    addTo(this.#mean, this.#squares, slot, ++(this.#n[slot] as number), ms);
    this.#longest[slot] = Math.max(this.#longest[slot] as number, ms);
  }

  addOpen(slot: number, ms: number): void {
    this.#open[slot] = Math.max(this.#open[slot] as number, ms);
  }

  of(slot: number): Rested {
    return {
      open: this.#open[slot] as number,
      n: this.#n[slot] as number,
      mean: this.#mean[slot] as number,
      squares: this.#squares[slot] as number,
      largest: this.#longest[slot] as number,
    };
  }

  toJson(): Json {
    return this.#state.toRecord(this.#layout.itemNames());
  }

  /** @param saved absent in baselines of earlier versions. @throws ScadaError BASELINE_MISMATCH */
  fromJson(saved: unknown): void {
    this.#state.fromRecord(this.#layout.itemNames(), saved ?? {});
  }
}
