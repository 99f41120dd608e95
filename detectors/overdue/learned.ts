import { Columns } from '../../src/detector-kit/columns.ts';
import { WallClock } from '../../src/detector-kit/wall-clock.ts';
import { deadlineOf, type Learnt } from './chance.ts';
import type { OverdueConfig } from './config.ts';
import { type Item, kinds, type Layout, mostStates } from './layout.ts';

export const dayMs = 86_400_000;
/** Operations closer than this belong to one occasion. */
const occasionMs = dayMs / 2;
/** Largest interval of an operation that has occurred every day. */
const mostDailyMs = 1.5 * dayMs;
/** Largest difference between the hours of an operation with an hour of its own. */
const mostWidthMs = dayMs / 4;
/** Largest chance that random hours agree as well as the learned ones. */
const mostChance = 1e-3;
/** Least mean interval of a counter, in scans: `counter` judges the pace of faster ones. */
const leastCounterScans = 24;

/** Intervals in which some equipment was out of service, and the longest such time of which one end was not observed. */
export interface Rested extends Learnt {
  readonly open: number;
}

/** What the next operation of a kind is judged by. */
export type Rule = 'none' | 'interval' | 'hour';

/** Remainder that is never negative. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Signed distance between two times of the day, ms: −12 h to 12 h. */
export const aroundDay = (ms: number): number => modulo(ms + dayMs / 2, dayMs) - dayMs / 2;

/** The learned intervals and hours of each kind of operation. */
export class Learned {
  readonly state: Columns;
  /** True once a calibration has ended. */
  isChosen = false;
  readonly rules: Rule[];
  readonly #layout: Layout;
  readonly #config: OverdueConfig;
  readonly #clock: WallClock;
  /** Items whose next operation is not awaited while some of their equipment is out of service. */
  readonly pausing = new Set<number>();
  /** Share of the whole calibration that was learned. */
  #share = 1;
  readonly #value: Float64Array;
  readonly #n: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #longest: Float64Array;
  /** The longest time without an operation of which one end was not observed. */
  readonly #open: Float64Array;
  readonly #operations: Float64Array;
  /** Days with an operation, and its time of the day relative to that of the first. */
  readonly #days: Float64Array;
  readonly #first: Float64Array;
  readonly #at: Float64Array;
  readonly #atSquares: Float64Array;
  readonly #earliest: Float64Array;
  readonly #latest: Float64Array;
  readonly #occasion: Float64Array;

  constructor(layout: Layout, config: OverdueConfig, timeZone: string) {
    this.#layout = layout;
    this.#config = config;
    this.#clock = new WallClock(timeZone);
    this.state = new Columns(layout.items.length);
    this.#value = this.state.add('state', mostStates, Number.NaN);
    this.#n = this.state.add('intervals', kinds);
    this.#mean = this.state.add('meanMs', kinds);
    this.#squares = this.state.add('squares', kinds);
    this.#longest = this.state.add('longestMs', kinds);
    this.#open = this.state.add('openMs', kinds);
    this.#operations = this.state.add('operations', kinds);
    this.#days = this.state.add('days', kinds);
    this.#first = this.state.add('firstMs', kinds);
    this.#at = this.state.add('atMs', kinds);
    this.#atSquares = this.state.add('atSquares', kinds);
    this.#earliest = this.state.add('earliestMs', kinds);
    this.#latest = this.state.add('latestMs', kinds);
    this.#occasion = this.state.add('occasion', kinds, Number.NEGATIVE_INFINITY);
    this.rules = Array.from({ length: layout.items.length * kinds }, () => 'none');
  }

  clear(): void {
    this.state.clear();
    this.pausing.clear();
    this.isChosen = false;
    this.#share = 1;
  }

  get share(): number {
    return this.#share;
  }

  /** State whose entry a kind is; undefined for any change. */
  stateOf(slot: number): number | undefined {
    const kind = slot % kinds;
    return kind === 0 ? undefined : this.#value[Math.floor(slot / kinds) * mostStates + kind - 1];
  }

  /** The kind of an entry into a state; −1 if it is not known. */
  kind(item: number, value: number): number {
    const place = this.#value.subarray(item * mostStates, (item + 1) * mostStates).indexOf(value);
    return place < 0 ? -1 : place + 1;
  }

  /** As `kind`, after adding the state if it is new; −1 if there is no capacity. */
  meet(item: number, value: number): number {
    const known = this.kind(item, value);
    if (known > 0) return known;
    for (let i = 0; i < mostStates; i++) {
      if (!Number.isNaN(this.#value[item * mostStates + i])) continue;
      this.#value[item * mostStates + i] = value;
      return i + 1;
    }
    return -1;
  }

  /** Adds an operation; `intervalMs` is the time since the previous one, or NaN if that was not observed. */
  noteOperation(slot: number, time: number, intervalMs: number): void {
    (this.#operations[slot] as number)++;
    if (!Number.isNaN(intervalMs)) this.#noteInterval(slot, intervalMs);
    if (time - (this.#occasion[slot] as number) > occasionMs) this.#noteHour(slot, time);
    if (this.isChosen) this.rules[slot] = this.#ruleOf(slot);
  }

  #noteHour(slot: number, time: number): void {
    this.#occasion[slot] = time;
    const local = this.localMs(time);
    const days = ++(this.#days[slot] as number);
    if (days === 1) this.#first[slot] = local;
    const at = aroundDay(local - (this.#first[slot] as number));
    addTo(this.#at, this.#atSquares, slot, days, at);
    this.#earliest[slot] = Math.min(this.#earliest[slot] as number, at);
    this.#latest[slot] = Math.max(this.#latest[slot] as number, at);
  }

  /** Adds a time without an operation of which one end was not observed. */
  noteOpen(slot: number, ms: number): void {
    if (ms > (this.#open[slot] as number)) this.#open[slot] = ms;
  }

  #noteInterval(slot: number, ms: number): void {
    addTo(this.#mean, this.#squares, slot, ++(this.#n[slot] as number), ms);
    this.#longest[slot] = Math.max(this.#longest[slot] as number, ms);
  }

  /**
   * Ends a calibration. The longest time without an operation counts as an interval if it is longer than the mean one: the whole
   * interval was even longer.
   * @param restedAt intervals of a kind in which some equipment was out of service
   */
  end(share: number, restedAt: (slot: number) => Rested): void {
    this.#share = share;
    for (let slot = 0; slot < this.rules.length; slot++) {
      this.#takeRested(slot, restedAt(slot));
      const open = this.#open[slot] as number;
      if ((this.#n[slot] as number) > 0 && open > (this.#mean[slot] as number)) this.#noteInterval(slot, open);
      this.#longest[slot] = Math.max(this.#longest[slot] as number, open);
      this.#open[slot] = 0;
    }
    this.isChosen = true;
    this.refresh();
  }

  /**
   * Leaves out the intervals in which some equipment was out of service, if enough others are known and they give an earlier deadline:
   * maintenance of one filter delays the washes of the others. Equipment that rests in most intervals, such as a pump on standby, is
   * judged by all of them.
   */
  #takeRested(slot: number, { n, mean, squares, largest, open }: Rested): void {
    if (n === 0 && open === 0) return;
    const own = this.intervals(slot);
    const ownOpen = this.#open[slot] as number;
    this.noteOpen(slot, open);
    if (n === 0) return;
    // sums of squares about means of two parts (Chan, Golub and LeVeque 1979)
    const all = own.n + n;
    const apart = mean - own.mean;
    const merged: Learnt = {
      n: all,
      mean: own.mean + (apart * n) / all,
      squares: own.squares + squares + (apart * apart * own.n * n) / all,
      largest: Math.max(own.largest, largest),
    };
    const item = Math.floor(slot / kinds);
    const { scanMs } = this.#layout.items[item] as Item;
    const isEnough = own.n >= Math.max(this.#part(this.#config.minIntervals), n) && this.#isRegular(own);
    if (isEnough && deadlineOf(own, scanMs) < deadlineOf(merged, scanMs)) {
      this.#open[slot] = ownOpen;
      this.pausing.add(item);
      return;
    }
    this.#n[slot] = merged.n;
    this.#mean[slot] = merged.mean;
    this.#squares[slot] = merged.squares;
    this.#longest[slot] = merged.largest;
  }

  #isRegular({ n, mean, squares }: Learnt): boolean {
    return Math.sqrt(squares / (n - 1)) <= this.#config.mostSpread * mean;
  }

  /** Selects what is judged, after the baseline has changed. */
  refresh(): void {
    for (let slot = 0; slot < this.rules.length; slot++) this.rules[slot] = this.isChosen ? this.#ruleOf(slot) : 'none';
  }

  #ruleOf(slot: number): Rule {
    const { isCounter, scanMs } = this.#layout.items[Math.floor(slot / kinds)] as Item;
    if (this.#hasHour(slot, scanMs)) return 'hour';
    const learnt = this.intervals(slot);
    if (learnt.n < this.#part(this.#config.minIntervals) || (isCounter && learnt.mean < leastCounterScans * scanMs))
      return 'none';
    return this.#isRegular(learnt) ? 'interval' : 'none';
  }

  /** True if the operation occurred every day, at hours that agree better than by chance. */
  #hasHour(slot: number, scanMs: number): boolean {
    const days = this.#days[slot] as number;
    if (days < this.#part(this.#config.minDays) || (this.#longest[slot] as number) > mostDailyMs) return false;
    const width = Math.max(scanMs, (this.#latest[slot] as number) - (this.#earliest[slot] as number));
    return width <= mostWidthMs && days * (width / dayMs) ** (days - 1) <= mostChance;
  }

  /** A copy that learned a part of the calibration needs proportionally less, so that thresholds are set on what is judged later. */
  #part(count: number): number {
    return Math.max(2, Math.round(this.#share * count));
  }

  judges(item: number): boolean {
    for (let slot = item * kinds; slot < (item + 1) * kinds; slot++) if (this.rules[slot] !== 'none') return true;
    return false;
  }

  /** True without any operation, and for a counter that counts so fast that its pace is judged alone. */
  isUnmoved(item: number): boolean {
    const { isCounter, scanMs } = this.#layout.items[item] as Item;
    const any = item * kinds;
    const { n, mean } = this.intervals(any);
    return this.#operations[any] === 0 || (isCounter && n > 0 && mean < leastCounterScans * scanMs);
  }

  intervals(slot: number): Learnt {
    return {
      n: this.#n[slot] as number,
      mean: this.#mean[slot] as number,
      squares: this.#squares[slot] as number,
      largest: this.#longest[slot] as number,
    };
  }

  /** Times of the day around the usual one. */
  hours(slot: number, isLate: boolean): Learnt {
    const mean = this.#at[slot] as number;
    const largest = isLate ? (this.#latest[slot] as number) - mean : mean - (this.#earliest[slot] as number);
    return { n: this.#days[slot] as number, mean: 0, squares: this.#atSquares[slot] as number, largest };
  }

  /** Usual local time of the day, ms after midnight. */
  usualHour(slot: number): number {
    return modulo((this.#first[slot] as number) + (this.#at[slot] as number), dayMs);
  }

  setUsualHour(slot: number, ms: number): void {
    this.#first[slot] = ms - (this.#at[slot] as number);
  }

  setMean(slot: number, ms: number): void {
    this.#mean[slot] = ms;
  }

  /** True if it occurred once on each of its days. */
  isOnceADay(slot: number): boolean {
    return this.#operations[slot] === this.#days[slot];
  }

  /** Local time of the day, ms after midnight. */
  localMs(time: number): number {
    this.#clock.read(time);
    return modulo(time + this.#clock.offsetMs, dayMs);
  }

  /** Restores what `state` does not contain. */
  restored(isChosen: boolean, share: number, pausing: readonly number[]): void {
    this.pausing.clear();
    for (const item of pausing) this.pausing.add(item);
    this.isChosen = isChosen;
    this.#share = share;
    this.refresh();
  }
}

/** Adds one of `n` values to their mean and the sum of their squared deviations (Welford 1962). */
export function addTo(mean: Float64Array, squares: Float64Array, at: number, n: number, value: number): void {
  const before = mean[at] as number;
  const after = before + (value - before) / n;
  mean[at] = after;
  squares[at] = (squares[at] as number) + (value - before) * (value - after);
}
