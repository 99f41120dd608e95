import type { Batch } from '../../src/core/batch.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import { WallClock } from '../../src/detector-kit/wall-clock.ts';
import { surpriseOf } from './chance.ts';
import { type Item, kinds, type Layout } from './layout.ts';
import { aroundDay, dayMs, type Learned, modulo } from './learned.ts';
import { Tracker, type Watcher } from './tracker.ts';

/** Time from a due hour back to which an operation counts as that of this day. */
const halfDayMs = dayMs / 2;

/** What has the largest surprise of a channel. */
export interface Worst {
  readonly slot: number;
  readonly surprise: number;
  /** True for an operation at an unusual hour, false for one that is overdue. */
  readonly isUnusual: boolean;
}

/** Judges the time since the last operation of each kind, while it lasts. */
export class Judge implements Watcher {
  readonly tracker: Tracker;
  /** Tolerance of all times while the monitor is late, ms. */
  allowMs = 0;
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #unusualHourMs: number;
  readonly #now: WallClock;
  readonly #due: WallClock;
  readonly #state: Columns;
  /** By kind: surprise of the last operation at an unusual hour, and its time. */
  readonly #unusual: Float64Array;
  readonly #unusualAt: Float64Array;
  /** By table index: 1 for tags that are out of service. */
  readonly #isHeld: Uint8Array;

  constructor(layout: Layout, learned: Learned, unusualHourMs: number, timeZone: string) {
    this.#layout = layout;
    this.#learned = learned;
    this.#unusualHourMs = unusualHourMs;
    this.#now = new WallClock(timeZone);
    this.#due = new WallClock(timeZone);
    this.tracker = new Tracker(layout, this);
    this.#state = new Columns(layout.items.length);
    this.#unusual = this.#state.add('unusual', kinds);
    this.#unusualAt = this.#state.add('unusualAt', kinds, Number.NaN);
    this.#isHeld = new Uint8Array(layout.table.size);
  }

  observe(batch: Batch): void {
    this.tracker.observe(batch);
  }

  /** Sets the tags that are out of service. What they do meanwhile is not judged, and is awaited anew afterwards. */
  hold(tags: readonly number[]): void {
    const { now } = this.tracker;
    const before = this.#isHeld.slice();
    this.#isHeld.fill(0);
    for (const tag of tags) this.#isHeld[tag] = 1;
    this.#layout.items.forEach((one, item) => {
      if (one.tags.some((tag) => before[tag] === 1) && !this.#isOut(one)) this.tracker.restart(item, now, now);
    });
  }

  #isOut({ tags }: Item): boolean {
    return tags.some((tag) => this.#isHeld[tag] === 1);
  }

  isJudged(item: number): boolean {
    return this.#learned.judges(item) && this.tracker.isPresent(item) && !this.#isOut(this.#layout.items[item] as Item);
  }

  /** The largest surprise of a channel now; undefined if none of its items is judged now. */
  worst(channel: number): Worst | undefined {
    let worst: Worst | undefined;
    for (const item of this.#layout.itemsOfChannel[channel] ?? []) {
      if (!this.isJudged(item)) continue;
      for (let slot = item * kinds; slot < (item + 1) * kinds; slot++) {
        if (this.#learned.rules[slot] === 'none') continue;
        const late = this.#surprise(slot);
        const unusual = this.#unusualNow(slot);
        if (worst === undefined || Math.max(late, unusual) > worst.surprise)
          worst = { slot, surprise: Math.max(late, unusual), isUnusual: unusual > late };
      }
    }
    return worst;
  }

  #surprise(slot: number): number {
    const step = this.#scanMs(slot);
    return this.#learned.rules[slot] === 'interval'
      ? surpriseOf(this.elapsedMs(slot) - this.allowMs, this.#learned.intervals(slot), step)
      : surpriseOf(this.lateMs(slot) - this.allowMs, this.#learned.hours(slot, true), step);
  }

  #unusualNow(slot: number): number {
    const since = this.tracker.now - (this.#unusualAt[slot] as number);
    return since <= this.#unusualHourMs ? (this.#unusual[slot] as number) : 0;
  }

  /** Observed time since the last operation, ms. */
  elapsedMs(slot: number): number {
    return this.tracker.now - (this.tracker.last[slot] as number);
  }

  /**
   * Time since the first usual hour without an operation, ms; 0 if none is missing. A clock that does not follow summer time is not
   * late before a whole day has passed.
   */
  lateMs(slot: number): number {
    const { now, last, isWhole } = this.tracker;
    const since = last[slot] as number;
    const due = this.#lastDue(slot, now);
    const late = now - due;
    if (isWhole[slot] === 1) {
      const days = Math.floor((due - halfDayMs - since) / dayMs);
      return days < 0 ? 0 : Math.max(0, Math.min(late + days * dayMs, now - since - dayMs));
    }
    // an operation shortly before the begin of the observation would have been unusually early
    const learned = this.#learned.hours(slot, false);
    const seen = (days: number): boolean => surpriseOf(due - days * dayMs - since, learned, this.#scanMs(slot)) >= 1;
    const days = Math.floor((due - since) / dayMs);
    if (days >= 0 && seen(days)) return late + days * dayMs;
    return days >= 1 ? late + (days - 1) * dayMs : 0;
  }

  /** The last instant up to `now` at which the local time was the usual hour; the later one if it occurred twice. */
  #lastDue(slot: number, now: number): number {
    this.#now.read(now);
    const local = now + this.#now.offsetMs;
    const localDue = local - modulo(local - this.#learned.usualHour(slot), dayMs);
    const guess = localDue - this.#now.offsetMs;
    this.#due.read(guess);
    const before = localDue - this.#due.offsetMs;
    return before > now ? guess : Math.max(guess, before);
  }

  kind(item: number, value: number): number {
    return this.#learned.kind(item, value);
  }

  operation(slot: number, time: number, last: number, isWhole: boolean): void {
    this.#unusual[slot] = 0;
    if (this.#learned.rules[slot] !== 'hour' || !this.#learned.isOnceADay(slot)) return;
    const off = aroundDay(this.#learned.localMs(time) - this.#learned.usualHour(slot));
    const offDay = isWhole ? Math.abs(time - last - dayMs) : Number.POSITIVE_INFINITY;
    const distance = Math.min(Math.abs(off), offDay) - this.allowMs;
    this.#unusual[slot] = surpriseOf(distance, this.#learned.hours(slot, off > 0), this.#scanMs(slot));
    this.#unusualAt[slot] = time;
  }

  /** The time since the last operation begins anew when the equipment returns. */
  rests(item: number, time: number): void {
    if (this.#learned.pausing.has(item)) this.tracker.restart(item, time, time);
  }

  lost(item: number): void {
    this.#state.clear(item);
  }

  #scanMs(slot: number): number {
    return (this.#layout.items[Math.floor(slot / kinds)] as Item).scanMs;
  }

  save(): unknown {
    const held = [...this.#isHeld.keys()].filter((tag) => this.#isHeld[tag] === 1);
    return {
      tracker: this.tracker.save(),
      state: this.#state.save(),
      allowMs: this.allowMs,
      held: held.map((tag) => this.#layout.table.at(tag).name),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { tracker, state, allowMs, held } = isRecord(saved) ? saved : {};
    this.tracker.load(tracker);
    this.#state.load(state);
    this.allowMs = typeof allowMs === 'number' ? allowMs : 0;
    this.#isHeld.fill(0);
    const names: readonly unknown[] = Array.isArray(held) ? held : [];
    for (const name of names) {
      const tag = typeof name === 'string' ? this.#layout.table.indexOf(name) : undefined;
      if (tag !== undefined) this.#isHeld[tag] = 1;
    }
  }
}
