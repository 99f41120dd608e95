import type { Batch } from '../../core/batch.ts';
import { isUsable } from '../../core/quality.ts';
import { type Half, Spread, type Spreads } from './proof.ts';

/** Least number of starts of each mode in either half of the data: fewer stays do not show their variation. */
export const leastStays = 3;
/** The same as that of configured modes, ms. */
const usualSettleMs = 60_000;
/** A discrete tag with more values is a count or a number. */
const mostValues = 8;

/** The cut of a measurement with noise at rest, and the values between which it hardly ever is. */
export interface Floor {
  readonly cut: number;
  readonly clear: readonly [low: number, high: number];
}

/** Statistics of the time in which a tag had one value. */
interface State {
  /** Number of changes to it from another one, by half. */
  readonly entered: [number, number];
  ms: number;
  /** By measurement. */
  readonly spreads: Map<number, Spreads>;
}

/** A candidate for the tag that defines the mode of its equipment, with the equipment's measurements at each of its values. */
export class ModeCandidate {
  readonly index: number;
  readonly equipment: string;
  /**
   * True for a discrete tag, of which each value is a mode. For a measurement, rest is the value 0, and everything else the value
   * 1.
   */
  readonly exact: boolean;
  /** For a measurement with noise at rest; without it rest is exactly 0. */
  readonly floor: Floor | undefined;
  readonly measured: readonly number[];
  readonly settleMs = usualSettleMs;
  changes = 0;
  /** The tag's own values in either mode, while it is settled. */
  readonly own: readonly [rest: Spread, running: Spread] = [new Spread(), new Spread()];
  #betweenMs = 0;
  #isBetween = false;
  readonly #states = new Map<number, State>();
  /** NaN while it is unknown. */
  #value = Number.NaN;
  /** Statistics of the value; undefined while it is unknown. */
  #state: State | undefined;
  #since = Number.NaN;
  #last = Number.NaN;

  constructor(index: number, equipment: string, exact: boolean, measured: readonly number[], floor?: Floor) {
    this.index = index;
    this.equipment = equipment;
    this.exact = exact;
    this.measured = measured;
    this.floor = floor;
  }

  /** True if the tag has more than one value and not too many. */
  get distinguishes(): boolean {
    return this.#states.size >= 2 && this.#states.size <= mostValues;
  }

  /** Processes a sample of the tag itself. True if from now on it distinguishes modes, or no longer does. */
  take(batch: Batch, row: number, half: (time: number) => Half): boolean {
    const time = batch.sourceTime[row] as number;
    const raw = batch.value[row] as number;
    if (!Number.isFinite(time) || time <= this.#last) return false;
    const value = !isUsable(batch.quality[row] as number) || !Number.isFinite(raw) ? Number.NaN : this.#valueOf(raw);
    const before = this.#state;
    if (before !== undefined) before.ms += time - this.#last;
    if (this.floor !== undefined) this.#watch(time, raw, value, this.floor);
    this.#last = time;
    if (Object.is(value, this.#value)) return false;
    const distinguished = this.distinguishes;
    this.#state = Number.isNaN(value) ? undefined : this.#stateOf(value);
    if (this.#state !== undefined && before !== undefined) {
      this.#state.entered[half(time)]++;
      this.changes++;
    }
    this.#value = value;
    this.#since = time;
    return this.distinguishes !== distinguished;
  }

  /** Separation of rest and operation: the time at neither, and the values in both. */
  #watch(time: number, raw: number, value: number, { clear: [low, high] }: Floor): void {
    if (this.#isBetween) this.#betweenMs += time - this.#last;
    this.#isBetween = !Number.isNaN(value) && raw > low && raw < high;
    if (value === this.#value && time - this.#since >= this.settleMs) this.own[value === 0 ? 0 : 1].add(raw);
  }

  /** Share of the time in which a measurement was at neither rest nor operation, 0–1. */
  between(): number {
    return this.#betweenMs / this.#ms();
  }

  /** Processes a sample of a measurement of its equipment, for a tag that distinguishes modes. */
  measure(batch: Batch, row: number, half: (time: number) => Half): void {
    const time = batch.sourceTime[row] as number;
    const value = batch.value[row] as number;
    if (!(time - this.#since >= this.settleMs)) return;
    if (!isUsable(batch.quality[row] as number) || !Number.isFinite(value)) return;
    const spreads = this.#state?.spreads;
    if (spreads === undefined) return;
    const tag = batch.tag[row] as number;
    let own = spreads.get(tag);
    if (own === undefined) spreads.set(tag, (own = [new Spread(), new Spread()]));
    own[half(time)].add(value);
  }

  /** Values with enough starts, in order. */
  kept(): number[] {
    if (this.#states.size > mostValues) return [];
    const often = [...this.#states].filter(([, { entered }]) => entered.every((count) => count >= leastStays));
    return often.map(([value]) => value).sort((a, b) => a - b);
  }

  /** Share of the time with this value, 0–1. */
  part(value: number): number {
    return (this.#states.get(value)?.ms ?? 0) / this.#ms();
  }

  /** Share of the time for settling after each change; over 1 if the next change comes before. */
  settling(): number {
    return (this.changes * this.settleMs) / this.#ms();
  }

  #ms(): number {
    return [...this.#states.values()].reduce((sum, { ms }) => sum + ms, 0);
  }

  /** Share of the time with a kept value. */
  cover(): number {
    return this.kept().reduce((sum, value) => sum + this.part(value), 0);
  }

  /** Statistics of a measurement at each kept value. */
  spreads(measured: number): Spreads[] {
    return this.kept().map((value) => this.#states.get(value)?.spreads.get(measured) ?? [new Spread(), new Spread()]);
  }

  #valueOf(raw: number): number {
    // −0 is 0
    if (this.exact) return raw + 0;
    return this.floor === undefined ? Number(raw !== 0) : Number(raw > this.floor.cut);
  }

  #stateOf(value: number): State {
    let state = this.#states.get(value);
    if (state === undefined) this.#states.set(value, (state = { entered: [0, 0], ms: 0, spreads: new Map() }));
    return state;
  }
}
