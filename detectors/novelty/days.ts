import { withRoom } from './room.ts';

const dayMs = 86_400_000;
const slots = 48;
const slotMs = dayMs / slots;
/** Number of stored days: the same weekday occurs twice. */
const days = 14;
/** Number of lowest, or highest, values of all days. */
export const dayValues = slots * days;

/** The range of a tag in each half hour of the last days, and the distance of a value from it. */
export class Days {
  /** By day, modulo the number of stored ones, and slot; as long as needed. */
  #low: Float64Array = new Float64Array(0);
  #high: Float64Array = new Float64Array(0);
  /** Day of the last sample of each slot, counted from 1970; NaN for none. */
  readonly day = new Float64Array(slots).fill(Number.NaN);
  /** Number of days of each slot, including today. */
  readonly seen = new Float64Array(slots);

  /** Range of the second-nearest earlier day at this time, plus or minus half an hour; set by `distance`. */
  nearLow = Number.NaN;
  nearHigh = Number.NaN;

  /** Distance from the second-nearest earlier day; 0 inside of it, NaN with fewer than two. */
  distance(time: number, value: number): number {
    const slot = slotOf(time);
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let at = -1;
    let secondAt = -1;
    for (let beside = slot - 1; beside <= slot + 1; beside++) {
      const of = (beside + slots) % slots;
      // today's entry contains the present value itself
      const today = isOfToday(this.day[of] as number, time, beside) ? 1 : 0;
      const kept = Math.min(days, this.seen[of] as number);
      for (let back = today; back < kept; back++) {
        const entry = (((this.seen[of] as number) - 1 - back) % days) * slots + of;
        const away = Math.max(0, (this.#low[entry] as number) - value, value - (this.#high[entry] as number));
        if (away < nearest) {
          second = nearest;
          secondAt = at;
          nearest = away;
          at = entry;
        } else if (away < second) {
          second = away;
          secondAt = entry;
        }
      }
    }
    if (secondAt < 0) return Number.NaN;
    this.nearLow = this.#low[secondAt] as number;
    this.nearHigh = this.#high[secondAt] as number;
    return second;
  }

  add(time: number, value: number): void {
    const slot = slotOf(time);
    const today = Math.floor(time / dayMs);
    const isNew = this.day[slot] !== today;
    if (isNew) {
      this.day[slot] = today;
      this.seen[slot] = (this.seen[slot] as number) + 1;
    }
    const day = ((this.seen[slot] as number) - 1) % days;
    const entry = day * slots + slot;
    this.#low = withRoom(this.#low, (day + 1) * slots, dayValues);
    this.#high = withRoom(this.#high, (day + 1) * slots, dayValues);
    this.#low[entry] = isNew ? value : Math.min(value, this.#low[entry] as number);
    this.#high[entry] = isNew ? value : Math.max(value, this.#high[entry] as number);
  }

  /** Lowest and highest values, by slot and day. */
  save(): readonly [low: Float64Array, high: Float64Array] {
    const bySlot = (list: Float64Array): Float64Array =>
      Float64Array.from({ length: dayValues }, (_, i) => list[(i % days) * slots + Math.floor(i / days)] ?? 0);
    return [bySlot(this.#low), bySlot(this.#high)];
  }

  /** Restores the result of `save`, after `seen`. */
  load(low: Float64Array, high: Float64Array): void {
    const kept = slots * Math.min(days, Math.max(...this.seen));
    const byDay = (list: Float64Array): Float64Array =>
      withRoom(new Float64Array(0), kept, dayValues).map((_, i) => list[(i % slots) * days + Math.floor(i / slots)] ?? 0);
    [this.#low, this.#high] = [byDay(low), byDay(high)];
  }
}

const slotOf = (time: number): number => Math.floor((time - dayMs * Math.floor(time / dayMs)) / slotMs) % slots;

/** True if a slot's last day is the one on which `beside` (−1 and 48 lie beyond midnight) is next to `time`. */
const isOfToday = (day: number, time: number, beside: number): boolean =>
  day === Math.floor(time / dayMs) + (beside < 0 ? -1 : beside >= slots ? 1 : 0);
