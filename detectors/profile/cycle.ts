import type { Columns } from '../../src/detector-kit/columns.ts';
import { raise } from '../../src/detector-kit/grade.ts';

/** Hours of a day; the second half of the slots are the hours of rest days. */
export const hours = 24;
const slots = 2 * hours;
/** Minimum number of days of an hour before it is judged, and of rest days for separate slots: two weekends. */
const fewestDays = 4;
/** Share of the error of the daily profile that separate rest days must remove. */
const weekBetter = 0.2;
/** Minimum width, as a share of the tag's whole movement, for a tag that repeats its profile exactly. */
const resolution = 0.01;

export interface CycleConfig {
  readonly minDays: number;
  readonly explained: number;
}

/** Kind of cycle of a tag: none, by the hour of the day, or by the hour of workdays and of rest days. */
export type Kind = 'none' | 'day' | 'week';

/**
 * Values of each hour of the day for each channel, on workdays and on rest days, and the proof of the cycle. Each hour is
 * predicted, before it is learned, from the same hour of earlier days: from all days, and from days of its kind. Both must be
 * better than the mean of all hours.
 */
export class Cycle {
  readonly days: Float64Array;
  readonly restDays: Float64Array;
  /** After `hourOf` or `bandOf`: the lowest and highest value, and the number of days. */
  low = Number.NaN;
  high = Number.NaN;
  taught = 0;
  readonly #config: CycleConfig;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #taught: Float64Array;
  readonly #mean: Float64Array;
  readonly #lastDay: Float64Array;
  readonly #all: Float64Array;
  readonly #allMean: Float64Array;
  readonly #tried: Float64Array;
  readonly #byConstant: Float64Array;
  readonly #byDay: Float64Array;
  readonly #byWeek: Float64Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;

  constructor(columns: Columns, config: CycleConfig) {
    this.#config = config;
    this.#low = columns.add('low', slots, Number.POSITIVE_INFINITY);
    this.#high = columns.add('high', slots, Number.NEGATIVE_INFINITY);
    this.#taught = columns.add('taught', slots);
    this.#mean = columns.add('mean', slots);
    this.#least = columns.add('least', 1, Number.POSITIVE_INFINITY);
    this.#most = columns.add('most', 1, Number.NEGATIVE_INFINITY);
    this.days = columns.add('days');
    this.restDays = columns.add('restDays');
    this.#lastDay = columns.add('lastDay', 1, Number.NEGATIVE_INFINITY);
    this.#all = columns.add('all');
    this.#allMean = columns.add('allMean');
    this.#tried = columns.add('tried');
    this.#byConstant = columns.add('byConstant');
    this.#byDay = columns.add('byDay');
    this.#byWeek = columns.add('byWeek');
  }

  /** Adds a recent mean within an hour. */
  widen(channel: number, slot: number, value: number): void {
    const at = channel * slots + slot;
    raise(this.#high, at, value);
    raise(this.#most, channel, value);
    if (value < (this.#low[at] as number)) this.#low[at] = value;
    if (value < (this.#least[channel] as number)) this.#least[channel] = value;
  }

  /** Adds the mean of a completed hour. */
  learn(channel: number, day: number, slot: number, mean: number): void {
    if (day > (this.#lastDay[channel] as number)) {
      this.#lastDay[channel] = day;
      (this.days[channel] as number)++;
      if (slot >= hours) (this.restDays[channel] as number)++;
    }
    this.#predict(channel, slot, mean);
    const at = channel * slots + slot;
    const taught = ++(this.#taught[at] as number);
    this.#mean[at] = (this.#mean[at] as number) + (mean - (this.#mean[at] as number)) / taught;
    const all = ++(this.#all[channel] as number);
    this.#allMean[channel] = (this.#allMean[channel] as number) + (mean - (this.#allMean[channel] as number)) / all;
  }

  #predict(channel: number, slot: number, mean: number): void {
    const at = channel * slots + slot;
    const other = channel * slots + ((slot + hours) % slots);
    const [own, others] = [this.#taught[at] as number, this.#taught[other] as number];
    if (own === 0) return;
    const ofKind = this.#mean[at] as number;
    const ofHour = (own * ofKind + others * (this.#mean[other] as number)) / (own + others);
    (this.#tried[channel] as number)++;
    (this.#byWeek[channel] as number) += (mean - ofKind) ** 2;
    (this.#byDay[channel] as number) += (mean - ofHour) ** 2;
    (this.#byConstant[channel] as number) += (mean - (this.#allMean[channel] as number)) ** 2;
  }

  kind(channel: number): Kind {
    if ((this.days[channel] as number) < this.#config.minDays || !(this.explained(channel) >= this.#config.explained))
      return 'none';
    return this.#hasWeek(channel) ? 'week' : 'day';
  }

  #hasWeek(channel: number): boolean {
    const restDaysKnown = (this.restDays[channel] as number) >= fewestDays;
    return restDaysKnown && (this.#byWeek[channel] as number) < (1 - weekBetter) * (this.#byDay[channel] as number);
  }

  #error(channel: number): number {
    return (this.#hasWeek(channel) ? this.#byWeek : this.#byDay)[channel] as number;
  }

  /** Share of the constant's squared error that the profile removes. */
  explained(channel: number): number {
    const constant = this.#byConstant[channel] as number;
    return constant > 0 ? 1 - this.#error(channel) / constant : 0;
  }

  /** Standard error of an hour's prediction. */
  error(channel: number): number {
    return Math.sqrt(this.#error(channel) / Math.max(1, this.#tried[channel] as number));
  }

  /** Addition to half of each band: the usual distance of a day from its prediction. */
  slack(channel: number): number {
    const span = (this.#most[channel] as number) - (this.#least[channel] as number);
    return Math.max(this.error(channel), resolution * span);
  }

  /** Reads the values of an hour; false with too few days. */
  hourOf(channel: number, slot: number, kind: Kind): boolean {
    this.low = Number.POSITIVE_INFINITY;
    this.high = Number.NEGATIVE_INFINITY;
    this.taught = 0;
    this.#add(channel, slot, kind);
    return this.#isLearned();
  }

  /** As `hourOf`, extended by the hours before and after: tanks and weather do not follow a clock exactly. */
  bandOf(channel: number, slot: number, kind: Kind): boolean {
    if (!this.hourOf(channel, slot, kind)) return false;
    const { taught } = this;
    const [hour, ofKind] = [slot % hours, slot - (slot % hours)];
    this.#add(channel, ofKind + ((hour + 1) % hours), kind);
    this.#add(channel, ofKind + ((hour + hours - 1) % hours), kind);
    this.taught = taught;
    return true;
  }

  #add(channel: number, slot: number, kind: Kind): void {
    const at = channel * slots + slot;
    this.low = Math.min(this.low, this.#low[at] as number);
    this.high = Math.max(this.high, this.#high[at] as number);
    this.taught += this.#taught[at] as number;
    if (kind !== 'week' && slot < hours) this.#add(channel, slot + hours, 'week');
    else if (kind !== 'week') this.#add(channel, slot - hours, 'week');
  }

  #isLearned(): boolean {
    return this.taught >= Math.max(1, Math.min(fewestDays, this.#config.minDays)) && this.low <= this.high;
  }

  /** Sets an edited end of a band. */
  set(channel: number, slot: number, kind: Kind, end: 'low' | 'high', value: number): void {
    const ends = end === 'low' ? this.#low : this.#high;
    ends[channel * slots + slot] = value;
    if (kind === 'day') ends[channel * slots + ((slot + hours) % slots)] = value;
  }
}
