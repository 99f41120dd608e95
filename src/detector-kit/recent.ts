import type { Columns } from './columns.ts';

export const dayMs = 86_400_000;
/** Usual time after which a deviation that stays becomes the recent level, ms. */
export const usualAbsorbMs = dayMs;
/** Share of a width that is left a day later: half of it after two months. */
const keptPerDay = 2 ** (-1 / 60);
/** Most by which a width grows in a day without an alarm: it doubles in two days at the soonest. */
const mostPerDay = Math.SQRT2;
/** Largest deviation of a usual day, as a share of the band that the day justifies. */
const shareOfBand = 0.5;
/** Outer limit of a width, in multiples of what was learned. */
export const outerWidth = 16;

/**
 * The widths of bands that age. The largest ratio of a value to its learned bound on a day justifies a band of twice its size from the next day on.
 * A band is never narrower than what was learned and never wider than its outer limit, and without an alarm it grows by its daily share at most.
 */
export class Widths {
  /** Factor on the learned bound of each channel, ≥ 1. */
  readonly width: Float64Array;
  readonly #today: Float64Array;
  readonly #day: Float64Array;
  readonly #most: number;

  /** @param most outer limit of a width */
  constructor(columns: Columns, most = outerWidth) {
    this.#most = most;
    this.width = columns.add('width', 1, 1);
    this.#today = columns.add('today');
    this.#day = columns.add('day', 1, Number.NaN);
  }

  /**
   * Processes a value.
   * @param time ms UTC
   * @param ratio of the value to its learned bound; 0 during an alarm, which must not widen the band
   * @param least least width
   */
  follow(channel: number, time: number, ratio: number, least = 1): void {
    const day = Math.floor(time / dayMs);
    if (day !== this.#day[channel]) {
      const width = this.width[channel] as number;
      const justified = Math.min((this.#today[channel] as number) / shareOfBand, width * mostPerDay, this.#most);
      this.width[channel] = Math.max(least, width * keptPerDay, justified);
      this.#today[channel] = 0;
      this.#day[channel] = day;
    }
    if (ratio > (this.#today[channel] as number)) this.#today[channel] = ratio;
  }

  /**
   * Makes room at once for a deviation that has become the level.
   * @param ratio of its largest distance from the new level to the learned bound
   */
  widen(channel: number, ratio: number): void {
    this.width[channel] = Math.max(this.width[channel] as number, Math.min(this.#most, ratio / shareOfBand));
  }
}

/**
 * The recent level of each channel: a moving mean with a time constant of a day, beside the baseline, which never changes (EWMA: S. W. Roberts,
 * Technometrics 1 (1959) 239). It does not follow the values of an alarm. A deviation that stays becomes the level after a stated time, and the next
 * deviation of the channel is judged against it.
 */
export class RecentLevels {
  /** NaN until `learn`, or the detector, has set it. */
  readonly level: Float64Array;
  readonly #time: Float64Array;
  readonly #alarmMs: Float64Array;
  /** Mean of the values since the alarm began. */
  readonly #deviating: Float64Array;
  /** Largest distance from that mean, forgotten within a day. */
  readonly spread: Float64Array;

  constructor(columns: Columns) {
    this.level = columns.add('level', 1, Number.NaN);
    this.#time = columns.add('levelTime', 1, Number.NaN);
    this.#alarmMs = columns.add('alarmMs');
    this.#deviating = columns.add('deviating');
    this.spread = columns.add('spread');
  }

  /**
   * Processes a value of a calibration. The level is the mean of all values until there is a day of them.
   * @param stepMs time for which a value counts
   * @param ageMs time since the first value
   * @returns the distance of the value from the level before
   */
  learn(channel: number, value: number, stepMs: number, ageMs: number): number {
    if (Number.isNaN(this.level[channel])) this.level[channel] = value;
    const off = value - (this.level[channel] as number);
    (this.level[channel] as number) += (stepMs / Math.max(stepMs, Math.min(dayMs, ageMs))) * off;
    return off;
  }

  /**
   * Processes a value after it was judged. The first one only sets the time.
   * @param time ms UTC
   * @param alarm true if the value was beyond its band
   * @param mostStepMs a value counts for no longer than this, although the next one may come after a gap
   * @param absorbMs time after which a deviation that stays becomes the level
   * @returns true if it has just become the level; `spread` is then that of the values around it
   */
  follow(channel: number, time: number, value: number, alarm: boolean, mostStepMs: number, absorbMs: number): boolean {
    const { level } = this;
    const before = this.#time[channel] as number;
    this.#time[channel] = time;
    if (!(before < time)) return false;
    const step = Math.min(mostStepMs, time - before);
    if (!alarm) {
      this.#alarmMs[channel] = 0;
      (level[channel] as number) += Math.min(1, step / dayMs) * (value - (level[channel] as number));
      return false;
    }
    if (this.#alarmMs[channel] === 0) {
      this.#deviating[channel] = value;
      this.spread[channel] = 0;
    }
    const lasts = (this.#alarmMs[channel] as number) + step;
    this.#alarmMs[channel] = lasts;
    const share = step / Math.max(step, Math.min(dayMs, lasts));
    const off = value - (this.#deviating[channel] as number);
    (this.#deviating[channel] as number) += share * off;
    this.spread[channel] = Math.max((this.spread[channel] as number) * Math.max(0, 1 - step / dayMs), Math.abs(off));
    if (lasts < absorbMs) return false;
    level[channel] = this.#deviating[channel] as number;
    this.#alarmMs[channel] = 0;
    return true;
  }
}
