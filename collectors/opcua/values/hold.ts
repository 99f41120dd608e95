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
/** Maximum number of different texts of one tag with codes of their own: bounds a server that generates texts. */
const mostTexts = 4_096;
/** A sample whose queue overflowed: InfoType DataValue with the Overflow bit (OPC 10000-4, 7.39.1). */
const overflow = 0x0480;

/**
 * Last known value of each tag of one device, sampled and held at the tag's scan period. A subscription reports only changes.
 * While it is proven alive, an unreported tag has not changed, and detectors need a sample in every scan period. Outlives
 * sessions, so that text codes stay and times never decrease.
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
  /** Receive time minus source time at the tag's last change; NaN before its first change in this session. */
  readonly #delay: Float64Array;
  readonly #known: Uint8Array;
  /** 1 if the previous session may have reported the values of this one. */
  readonly #doubled: Uint8Array;
  /** Time at which the next held sample is due, by the local clock. */
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

  /** ms UTC of the last good sample; NaN before the first. */
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
  restart(now: number): void {
    this.#quality.fill(Quality.BadWaitingForInitialData);
    this.#value.fill(Number.NaN);
    this.#texts.fill(undefined);
    this.#known.fill(0);
    this.#doubled.fill(0);
    this.#delay.fill(Number.NaN);
    this.#delays.clear();
    this.#periods.forEach((period, i) => {
      this.#dueAt[i] = now + period;
    });
  }

  /** A session takes over from one that still ran during its set-up: values that both report count once. */
  takeOver(): void {
    this.#doubled.fill(1);
  }

  /** The tag has no value but this quality, until the server reports one. */
  fail(position: number, quality: number, now: number): void {
    if (this.#quality[position] === quality && Number.isNaN(this.#value[position])) return;
    this.#value[position] = Number.NaN;
    this.#texts[position] = undefined;
    this.#quality[position] = quality;
    this.#dueAt[position] = now;
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
  report(changes: readonly Change[], now: number, graceMs: number, members: Iterable<number>, old = false): Batch | undefined {
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, now, true, old);
    for (const position of members) this.#hold(position, now, graceMs);
    return this.#rows.length === 0 ? undefined : this.#rows.take(now);
  }

  /** Batch of polled values and of failed tags; nothing is held. */
  poll(changes: readonly Change[], failed: readonly number[], now: number): Batch {
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, now, false, false);
    for (const position of failed) this.#add(position, this.#heldTime(position, now), now);
    return this.#rows.take(now);
  }

  /** Last values of tags that could not be read now, with a quality that expresses it. */
  missed(positions: readonly number[], now: number): Batch {
    for (const position of positions) {
      if (isGood(this.#quality[position] as number)) this.#quality[position] = Quality.UncertainNoCommunicationLastUsableValue;
      this.#add(position, this.#heldTime(position, now), now);
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

  #note(position: number, dataValue: DataValue, now: number, held: boolean, old: boolean): void {
    const reading = this.#read(position, dataValue);
    if (reading === undefined || this.#isDouble(position, reading)) return;
    this.#noted[position] = (this.#noted[position] as number) + 1;
    this.#noteType(position, dataValue.value?.dataType ?? DataType.Null);
    const overflowed = (reading.quality & overflow) === overflow;
    if (overflowed) this.#overflows++;
    const sourceTime = this.#sourceTime(position, reading.sourceTime, now, old);
    if (held && !overflowed && this.#known[position] === 1) this.#holdUntil(position, sourceTime, now);
    this.#value[position] = reading.value;
    this.#texts[position] = reading.text;
    this.#quality[position] = reading.quality;
    this.#add(position, sourceTime, now);
    this.#known[position] = 1;
    this.#dueAt[position] = now + (this.#periods[position] as number);
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
  #sourceTime(position: number, serverTime: number, now: number, old: boolean): number {
    const last = this.#serverTime[position] as number;
    if (Number.isNaN(serverTime) || serverTime === last) return this.#heldTime(position, now);
    // The first value of a session may be old, so that it is no measure of delay.
    if (serverTime > last && this.#known[position] === 1 && !old) {
      this.#delay[position] = now - serverTime;
      this.#delays.add(now - serverTime);
    }
    this.#serverTime[position] = serverTime;
    return serverTime;
  }

  /** The value was constant until it changed: one sample for each otherwise empty period before the change. */
  #holdUntil(position: number, changedAt: number, now: number): void {
    const period = this.#periods[position] as number;
    const last = this.#published[position] as number;
    const count = Math.floor((changedAt - last) / period - 0.5);
    for (let k = Math.max(1, count - mostHeld + 1); k <= count; k++) this.#add(position, last + k * period, now);
  }

  #hold(position: number, now: number, graceMs: number): void {
    const due = this.#dueAt[position] as number;
    if (due > now - graceMs) return;
    const period = this.#periods[position] as number;
    const periods = Math.floor((now - graceMs - due) / period);
    for (let k = Math.max(0, periods - mostHeld + 1); k <= periods; k++) {
      this.#add(position, this.#heldTime(position, due + k * period), now);
    }
    this.#dueAt[position] = due + (periods + 1) * period;
  }

  #heldTime(position: number, sampledAt: number): number {
    const own = this.#delay[position] as number;
    return Math.max(sampledAt - (Number.isNaN(own) ? this.#delays.median : own), (this.#published[position] as number) + 1);
  }

  #add(position: number, sourceTime: number, now: number): void {
    const quality = this.#quality[position] as number;
    const text = this.#texts[position];
    const isText = text !== undefined && this.#kinds[position] === 'text';
    const value = isText ? this.#codeOf(position, text) : (this.#value[position] as number);
    this.#rows.add(this.#tags[position] as number, value, quality, sourceTime, text);
    this.#published[position] = Math.max(sourceTime, this.#published[position] as number);
    if (isGood(quality)) this.#lastGood = now;
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
