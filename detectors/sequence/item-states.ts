import type { Batch } from '../../src/core/batch.ts';
import { addedDelayMs } from '../../src/core/clock.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { surelySeenMs } from '../../src/detector-kit/fast-time.ts';
import { Intake } from '../../src/detector-kit/intake.ts';
import { SampleColumns } from '../../src/detector-kit/samples.ts';
import type { Item, Layout } from './layout.ts';

/** Number of scans after which a value is too old. */
const staleScans = 3;
/** States of a tag are whole numbers below this, so that two of them fit into one number. */
const base = 2 ** 20;

/** The states of two tags as one number. */
export const together = (a: number, b: number): number => a * base + b;
export const firstOf = (code: number): number => Math.floor(code / base);
export const secondOf = (code: number): number => code % base;

/**
 * The present state of every item: that of a tag, or of two tags once they have kept it for a scan of the slower one. Times are
 * those of the monitor's clock, so that the clocks of devices need not agree.
 */
export class ItemStates {
  readonly values: Columns;
  readonly intake: Intake;
  readonly items: Columns;
  /** By item; NaN while it is unknown. */
  readonly code: Float64Array;
  /** The previous state and its duration; NaN if its beginning was not seen. */
  readonly before: Float64Array;
  readonly beforeMs: Float64Array;
  /** The state before the previous one; NaN if there was none. */
  readonly earlier: Float64Array;
  /** The last state between the previous one and this that was too short to count; NaN if there was none. */
  readonly passed: Float64Array;
  /** 1 if the last observation entered the code from another, and no other one can have passed between them. */
  readonly changed: Float64Array;
  /** Items that the last observation concerns. */
  readonly touched: Int32Array;
  touchedCount = 0;
  /** ms UTC, receive time of the last observation. */
  now = Number.NEGATIVE_INFINITY;
  readonly #layout: Layout;
  readonly #value: Float64Array;
  readonly #seen: Float64Array;
  readonly #staleMs: Float64Array;
  readonly #since: Float64Array;
  readonly #entered: Float64Array;
  /** A new state that has not lasted long enough, and its start. */
  readonly #next: Float64Array;
  readonly #nextSince: Float64Array;
  /** As `passed`, since the present code was entered. */
  readonly #passing: Float64Array;
  readonly #isTouched: Uint8Array;
  readonly #samples: SampleColumns;
  /** By slot: time between its last two samples, ms; NaN before the second. */
  readonly #apartMs: Float64Array;
  readonly #scanMs: readonly number[];
  /** By slot: longest time between two samples between which no step has passed, ms. */
  #seenMs: Float64Array;
  /** Tolerance for durations in a fast lab, ms of plant time. */
  #delayMs = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    const { tags, items, table } = layout;
    const scans = tags.map((tag) => table.at(tag).scanMs);
    this.values = new Columns(tags.length);
    this.#value = this.values.add('value', 1, Number.NaN);
    this.#seen = this.values.add('seen', 1, Number.NEGATIVE_INFINITY);
    this.#staleMs = Float64Array.from(scans, (ms) => staleScans * ms);
    this.#scanMs = scans;
    this.#seenMs = this.#seenAt(1);
    this.#apartMs = this.values.add('apartMs', 1, Number.NaN, true);
    this.intake = new Intake(scans);
    this.items = new Columns(items.length);
    this.code = this.items.add('code', 1, Number.NaN);
    this.before = this.items.add('before', 1, Number.NaN);
    this.beforeMs = this.items.add('beforeMs', 1, Number.NaN);
    this.earlier = this.items.add('earlier', 1, Number.NaN, true);
    this.changed = this.items.add('changed');
    this.#since = this.items.add('since', 1, Number.NaN);
    this.#entered = this.items.add('entered');
    this.#next = this.items.add('next', 1, Number.NaN);
    this.#nextSince = this.items.add('nextSince', 1, Number.NaN);
    this.passed = this.items.add('passed', 1, Number.NaN, true);
    this.#passing = this.items.add('passing', 1, Number.NaN, true);
    this.touched = new Int32Array(items.length);
    this.#isTouched = new Uint8Array(items.length);
    this.#samples = new SampleColumns(table.size);
  }

  #seenAt(speed: number): Float64Array {
    return Float64Array.from(this.#scanMs, (ms) => surelySeenMs(ms, speed));
  }

  /** @param speed seconds of plant time per second */
  set speed(speed: number) {
    this.#seenMs = this.#seenAt(speed);
    this.#delayMs = addedDelayMs(speed);
  }

  /** In a lab above 1×, a duration may seem so much longer, ms. */
  get delayMs(): number {
    return this.#delayMs;
  }

  observe(batch: Batch): void {
    for (let i = 0; i < this.touchedCount; i++) this.#isTouched[this.touched[i] as number] = 0;
    this.touchedCount = 0;
    if (this.intake.collectPoll(batch, this.#layout.slotOf, this.#samples)) this.#observePoll(batch);
    else this.#observeEach(batch);
    for (let i = 0; i < this.touchedCount; i++) this.#stand(this.touched[i] as number);
  }

  #observeEach(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const slot = this.#layout.slotOf[batch.tag[row] as number] ?? -1;
      if (slot < 0 || !this.intake.admit(slot, batch, row)) continue;
      const received = batch.receiveTime[row] as number;
      this.now = this.touchedCount === 0 ? received : Math.max(this.now, received);
      this.#take(slot, received, this.intake.value, this.intake.gap);
    }
  }

  #observePoll(batch: Batch): void {
    const { length, channel: slot, value, gap } = this.#samples;
    const received = batch.receiveTime[0] as number;
    if (length > 0) this.now = received;
    for (let i = 0; i < length; i++) this.#take(slot[i] as number, received, value[i] as number, gap[i] === 1);
  }

  #take(slot: number, received: number, value: number, gap: boolean): void {
    this.#value[slot] = value;
    this.#apartMs[slot] = received - (this.#seen[slot] as number);
    this.#seen[slot] = received;
    for (const item of this.#layout.itemsOf[slot] as readonly number[]) {
      if (gap) this.items.clear(item);
      if (this.#isTouched[item] === 1) continue;
      this.#isTouched[item] = 1;
      this.touched[this.touchedCount++] = item;
    }
  }

  /** Duration of the present state of an item; NaN while it may be changing. */
  stayedMs(item: number): number {
    return this.#next[item] === this.code[item] ? this.now - (this.#since[item] as number) : Number.NaN;
  }

  clear(): void {
    this.values.clear();
    this.intake.state.clear();
    this.items.clear();
  }

  #stand(item: number): void {
    this.changed[item] = 0;
    const { members, holdMs } = this.#layout.items[item] as Item;
    const next = this.#codeOf(members);
    if (Number.isNaN(next)) {
      this.items.clear(item);
      return;
    }
    const since = this.#nextSince[item] as number;
    const code = this.code[item] as number;
    if (next !== this.#next[item] || !(since <= this.now)) {
      if (next === code) this.#passing[item] = Number.NaN;
      else if (this.#next[item] !== code) this.#passing[item] = this.#next[item] as number;
      this.#next[item] = next;
      this.#nextSince[item] = this.now;
    }
    if (next === code || this.now - (this.#nextSince[item] as number) < holdMs) return;
    const mayHaveSkipped = members.some((slot) => (this.#apartMs[slot] as number) > (this.#seenMs[slot] as number));
    this.earlier[item] = this.before[item] as number;
    this.before[item] = code;
    this.beforeMs[item] =
      this.#entered[item] === 1 ? (this.#nextSince[item] as number) - (this.#since[item] as number) : Number.NaN;
    this.#entered[item] = Number.isNaN(code) ? 0 : 1;
    this.changed[item] = mayHaveSkipped ? 0 : this.#entered[item];
    this.code[item] = next;
    this.#since[item] = this.#nextSince[item] as number;
    this.passed[item] = this.#passing[item] as number;
    this.#passing[item] = Number.NaN;
  }

  #codeOf(members: readonly number[]): number {
    let code = 0;
    for (const slot of members) {
      const value = this.#value[slot] as number;
      const isState = Number.isInteger(value) && value >= 0 && value < base;
      if (!isState || this.now - (this.#seen[slot] as number) > (this.#staleMs[slot] as number)) return Number.NaN;
      code = together(code, value);
    }
    return code;
  }
}
