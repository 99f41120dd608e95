import { DataType, type DataValue } from 'node-opcua-client';
import { type Batch, TextDictionary } from '../../../src/core/batch.ts';
import type { CollectorTarget } from '../../../src/core/collector.ts';
import { isGood, Quality } from '../../../src/core/quality.ts';
import type { TagKind } from '../../../src/core/tag.ts';
import { RecentDelays } from './delays.ts';
import { RowBuffer } from './rows.ts';
import { emptyReading, type Reading, readDataValue } from '../requests/value.ts';

/** One value as reported by the server. `clientHandle` is the tag's position among the device's tags. */
export interface Change {
  readonly clientHandle: number;
  readonly value: DataValue;
}

/** A tag whose values have another built-in type than before. */
export interface TypeChange {
  readonly position: number;
  /** Names of OPC 10000-6, 5.1.2, e.g. `Double`. */
  readonly before: string;
  readonly after: string;
}

/** Maximum number of samples of one tag that are filled in after a pause. */
const mostHeld = 64;
/** Smallest distance of a source time from the expected one that is due to a step of a clock, ms. */
const mostAheadMs = 5_000;
/** Maximum number of different texts of one tag with codes of their own: bounds a server that generates texts. */
const mostTexts = 4_096;
/** A sample whose queue overflowed: InfoType DataValue with the Overflow bit (OPC 10000-4, 7.39.1). */
const overflow = 0x0480;

/**
 * Last known value of each tag of one device, sampled and held at the tag's scan period. A subscription reports only changes.
 * While it is proven alive, an unreported tag has not changed, and detectors need a sample in every scan period. Outlives
 * sessions, so that text codes stay.
 *
 * `steady` is monotonic time: a step of the local clock changes neither the schedule nor the times of held samples. These continue the time of
 * the server, also after that was set back.
 */
export class SampleHold {
  readonly #rows: RowBuffer;
  readonly #tags: readonly number[];
  readonly #kinds: readonly TagKind[];
  readonly #periods: Float64Array;
  readonly #value: Float64Array;
  readonly #quality: Uint32Array;
  /** Last source time sent by the server. */
  readonly #serverTime: Float64Array;
  /** Last published source time. */
  readonly #published: Float64Array;
  /** Steady receive time minus source time at the tag's last change; NaN before its first change in this session. */
  readonly #delay: Float64Array;
  readonly #known: Uint8Array;
  /** 1 if the previous session may have reported the values of this one. */
  readonly #doubled: Uint8Array;
  /** Steady time at which the next held sample is due. */
  readonly #dueAt: Float64Array;
  readonly #texts: (string | undefined)[];
  readonly #dictionaries = new Map<number, TextDictionary>();
  readonly #delays = new RecentDelays();
  /** Number of answers about the tag. */
  readonly #noted: Uint32Array;
  /** Built-in type of the tag's last value, and a bit for each earlier one. */
  readonly #type: Uint8Array;
  readonly #types: Uint32Array;
  #typeChanges: TypeChange[] = [];
  readonly #reading = emptyReading();
  #lastGood = Number.NaN;
  /** Local clock minus steady time, ms. */
  #clockOffset = 0;
  #overflows = 0;

  constructor({ device, tags }: CollectorTarget) {
    this.#rows = new RowBuffer(device);
    this.#tags = tags.ofDevice(device);
    this.#kinds = this.#tags.map((tag) => tags.at(tag).kind);
    this.#periods = Float64Array.from(this.#tags, (tag) => tags.at(tag).scanMs);
    const count = this.#tags.length;
    this.#value = new Float64Array(count).fill(Number.NaN);
    this.#quality = new Uint32Array(count).fill(Quality.BadWaitingForInitialData);
    this.#serverTime = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#published = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#delay = new Float64Array(count).fill(Number.NaN);
    this.#known = new Uint8Array(count);
    this.#doubled = new Uint8Array(count);
    this.#dueAt = new Float64Array(count);
    this.#noted = new Uint32Array(count);
    this.#type = new Uint8Array(count);
    this.#types = new Uint32Array(count);
    this.#texts = Array.from({ length: count });
  }

  /** Steady time of the last good sample; NaN before the first. */
  get lastGood(): number {
    return this.#lastGood;
  }

  /** Overflows of the server's queues since the last call. */
  takeOverflows(): number {
    const overflows = this.#overflows;
    this.#overflows = 0;
    return overflows;
  }

  /** Tags whose values had a new type since the last call. */
  takeTypeChanges(): readonly TypeChange[] {
    const changes = this.#typeChanges;
    this.#typeChanges = [];
    return changes;
  }

  /** Starts a session: nothing is known until the server has reported it. */
  restart(steady: number): void {
    this.#quality.fill(Quality.BadWaitingForInitialData);
    this.#value.fill(Number.NaN);
    this.#texts.fill(undefined);
    this.#known.fill(0);
    this.#doubled.fill(0);
    this.#delay.fill(Number.NaN);
    this.#delays.clear();
    this.#periods.forEach((period, i) => {
      this.#dueAt[i] = steady + period;
    });
  }

  /** A session takes over from one that still ran during its set-up: values that both report count once. */
  takeOver(): void {
    this.#doubled.fill(1);
  }

  /** The tag has no value but this quality, until the server reports one. */
  fail(position: number, quality: number, steady: number): void {
    if (this.#quality[position] === quality && Number.isNaN(this.#value[position])) return;
    this.#value[position] = Number.NaN;
    this.#texts[position] = undefined;
    this.#quality[position] = quality;
    this.#dueAt[position] = steady;
  }

  /** True if the server has reported the tag in this session. */
  knows(position: number): boolean {
    return this.#known[position] === 1;
  }

  /** Number of answers about the tag, modulo 2³². */
  noted(position: number): number {
    return this.#noted[position] ?? 0;
  }

  /** True if the server's last report of the tag differs from this one, except for times. */
  differs(position: number, dataValue: DataValue): boolean {
    const reading = this.#read(position, dataValue);
    if (reading === undefined || this.#known[position] !== 1) return false;
    const same =
      Object.is(reading.value, this.#value[position]) &&
      reading.text === this.#texts[position] &&
      (reading.quality & ~overflow) === ((this.#quality[position] as number) & ~overflow);
    return !same;
  }

  /**
   * Batch of the changes, each preceded by the held samples before it, and followed by the held samples of `members` that were
   * due `graceMs` ago. The grace lets a change under way arrive first. Undefined if it is empty.
   * @param members positions of the tags whose changes the server would have reported
   * @param old true for changes that waited while there was no connection
   */
  report(
    changes: readonly Change[],
    now: number,
    graceMs: number,
    members: Iterable<number>,
    old = false,
    steady = now,
  ): Batch | undefined {
    this.#clockOffset = now - steady;
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, steady, true, old);
    for (const position of members) this.#hold(position, steady, graceMs);
    return this.#rows.length === 0 ? undefined : this.#rows.take(now);
  }

  /** Batch of polled values and of failed tags; nothing is held. */
  poll(changes: readonly Change[], failed: readonly number[], now: number, steady = now): Batch {
    this.#clockOffset = now - steady;
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, steady, false, false);
    for (const position of failed) this.#add(position, this.#heldTime(position, steady), steady);
    return this.#rows.take(now);
  }

  /** Last values of tags that could not be read now, with a quality that expresses it. */
  missed(positions: readonly number[], now: number, steady = now): Batch {
    this.#clockOffset = now - steady;
    for (const position of positions) {
      if (isGood(this.#quality[position] as number)) this.#quality[position] = Quality.UncertainNoCommunicationLastUsableValue;
      this.#add(position, this.#heldTime(position, steady), steady);
    }
    return this.#rows.take(now);
  }

  /** Undefined for an unknown handle. */
  #read(position: number, dataValue: DataValue): Reading | undefined {
    const kind = this.#kinds[position];
    if (kind === undefined) return undefined;
    readDataValue(dataValue, kind, this.#reading);
    return this.#reading;
  }

  #note(position: number, dataValue: DataValue, steady: number, held: boolean, old: boolean): void {
    const reading = this.#read(position, dataValue);
    if (reading === undefined || this.#isDouble(position, reading)) return;
    this.#noted[position] = (this.#noted[position] as number) + 1;
    this.#noteType(position, dataValue.value?.dataType ?? DataType.Null);
    const overflowed = (reading.quality & overflow) === overflow;
    if (overflowed) this.#overflows++;
    const sampledAt = this.#heldTime(position, steady);
    const sourceTime = this.#sourceTime(position, reading.sourceTime, steady, old);
    // a server whose clock was set forward has no values between
    const isSetForward = sourceTime > sampledAt + mostAheadMs;
    if (held && !overflowed && !isSetForward && this.#known[position] === 1) this.#holdUntil(position, sourceTime, steady);
    this.#value[position] = reading.value;
    this.#texts[position] = reading.text;
    this.#quality[position] = reading.quality;
    this.#add(position, sourceTime, steady);
    this.#known[position] = 1;
    this.#dueAt[position] = steady + (this.#periods[position] as number);
  }

  /** Each type is reported once: a server that alternates between two must not fill the log. */
  #noteType(position: number, type: DataType): void {
    const before = this.#type[position] as number;
    if (type === DataType.Null || type === before) return;
    const bit = 1 << type;
    const known = this.#types[position] as number;
    this.#type[position] = type;
    this.#types[position] = known | bit;
    if (known === 0 || (known & bit) !== 0) return;
    this.#typeChanges.push({ position, before: DataType[before] ?? '', after: DataType[type] });
  }

  /** True for values that the previous session has reported already. */
  #isDouble(position: number, { sourceTime, value, text }: Reading): boolean {
    if (this.#doubled[position] === 0) return false;
    const last = this.#serverTime[position] as number;
    if (sourceTime < last) return true;
    this.#doubled[position] = 0;
    return sourceTime === last && Object.is(value, this.#value[position]) && text === this.#texts[position];
  }

  /** The server's time if it changed (also backwards: that is evidence); else the instant of sampling, in the tag's own time. */
  #sourceTime(position: number, serverTime: number, steady: number, old: boolean): number {
    const last = this.#serverTime[position] as number;
    if (Number.isNaN(serverTime) || serverTime === last) return this.#heldTime(position, steady);
    // The first value of a session may be old, so that it is no measure of delay, unless it is ahead.
    const isAhead = serverTime > steady + this.#clockOffset;
    if ((this.#known[position] === 1 || isAhead) && !old) {
      this.#delay[position] = steady - serverTime;
      this.#delays.add(steady - serverTime);
    }
    this.#serverTime[position] = serverTime;
    return serverTime;
  }

  /** The value was constant until it changed: one sample for each otherwise empty period before the change. */
  #holdUntil(position: number, changedAt: number, steady: number): void {
    const period = this.#periods[position] as number;
    const last = this.#published[position] as number;
    const count = Math.floor((changedAt - last) / period - 0.5);
    for (let k = Math.max(1, count - mostHeld + 1); k <= count; k++) this.#add(position, last + k * period, steady);
  }

  #hold(position: number, steady: number, graceMs: number): void {
    const due = this.#dueAt[position] as number;
    if (due > steady - graceMs) return;
    const period = this.#periods[position] as number;
    const periods = Math.floor((steady - graceMs - due) / period);
    for (let k = Math.max(0, periods - mostHeld + 1); k <= periods; k++) {
      this.#add(position, this.#heldTime(position, due + k * period), steady);
    }
    this.#dueAt[position] = due + (periods + 1) * period;
  }

  /** @param sampledAt steady time */
  #heldTime(position: number, sampledAt: number): number {
    const own = this.#delay[position] as number;
    const delay = Number.isNaN(own) ? this.#delays.median : own;
    // without any delay, the server has the local time
    const time = Number.isNaN(delay) ? sampledAt + this.#clockOffset : sampledAt - delay;
    const published = this.#published[position] as number;
    return time <= published && time > published - mostAheadMs ? published + 1 : time;
  }

  #add(position: number, sourceTime: number, steady: number): void {
    const quality = this.#quality[position] as number;
    const text = this.#texts[position];
    const isText = text !== undefined && this.#kinds[position] === 'text';
    const value = isText ? this.#codeOf(position, text) : (this.#value[position] as number);
    this.#rows.add(this.#tags[position] as number, value, quality, sourceTime, text);
    this.#published[position] = sourceTime;
    if (isGood(quality)) this.#lastGood = steady;
  }

  #codeOf(position: number, text: string): number {
    let dictionary = this.#dictionaries.get(position);
    if (dictionary === undefined) {
      dictionary = new TextDictionary(mostTexts);
      this.#dictionaries.set(position, dictionary);
    }
    return dictionary.codeOf(text);
  }
}
