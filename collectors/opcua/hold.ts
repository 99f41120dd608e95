import type { DataValue } from 'node-opcua-client';
import { type Batch, TextDictionary } from '../../src/core/batch.ts';
import type { CollectorTarget } from '../../src/core/collector.ts';
import { isGood, Quality } from '../../src/core/quality.ts';
import type { TagKind } from '../../src/core/tag.ts';
import { RowBuffer } from './rows.ts';
import { emptyReading, readDataValue } from './value.ts';

/** One value as the server reported it. `clientHandle` is the tag's position among the device's tags. */
export interface Change {
  readonly clientHandle: number;
  readonly value: DataValue;
}

/** Most samples of one tag that are made up for after a pause. */
const mostHeld = 64;
/** Delays of so many last changes say how far the server's clock and the way to us are behind ours. */
const delaysKept = 15;
/** A sample whose queue overflowed: InfoType DataValue with the Overflow bit (OPC 10000-4, 7.39.1). */
const overflow = 0x0480;

/**
 * The last known value of each tag of one device, sampled and held at the tag's scan period. A subscription reports changes
 * alone; but as long as it is proven alive, what it does not report has not changed, and detectors need a sample in every
 * scan period. Outlives sessions, so that text codes stay and times never run backwards.
 */
export class SampleHold {
  readonly #rows: RowBuffer;
  readonly #tags: readonly number[];
  readonly #kinds: readonly TagKind[];
  readonly #periods: Float64Array;
  readonly #value: Float64Array;
  readonly #quality: Uint32Array;
  /** Last source time that the server gave. */
  readonly #serverTime: Float64Array;
  /** Last source time that we published. */
  readonly #published: Float64Array;
  /** Receive time less source time at the tag's last change; NaN before its first change in this session. */
  readonly #delay: Float64Array;
  readonly #known: Uint8Array;
  /** When the next held sample is due, by our clock. */
  readonly #dueAt: Float64Array;
  readonly #texts: (string | undefined)[];
  readonly #dictionaries = new Map<number, TextDictionary>();
  readonly #delays: number[] = [];
  /** Median of `delays`; 0 before there were any. */
  #commonDelay = 0;
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
    this.#dueAt = new Float64Array(count);
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

  /** A new session: nothing is known until the server has said it. */
  restart(now: number): void {
    this.#quality.fill(Quality.BadWaitingForInitialData);
    this.#value.fill(Number.NaN);
    this.#texts.fill(undefined);
    this.#known.fill(0);
    this.#delay.fill(Number.NaN);
    this.#delays.length = 0;
    this.#commonDelay = 0;
    this.#periods.forEach((period, i) => {
      this.#dueAt[i] = now + period;
    });
  }

  /** The tag has no value but this quality, until the server says something about it. */
  fail(position: number, quality: number, now: number): void {
    this.#value[position] = Number.NaN;
    this.#texts[position] = undefined;
    this.#quality[position] = quality;
    this.#dueAt[position] = now;
  }

  /**
   * What has come now, with the samples that were held until it came, and behind it the held samples that were due `graceMs`
   * ago: the grace lets a change that is on its way come first. Undefined when there is nothing.
   */
  report(changes: readonly Change[], now: number, graceMs: number): Batch | undefined {
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, now, true);
    for (let i = 0; i < this.#tags.length; i++) this.#hold(i, now, graceMs);
    return this.#rows.length === 0 ? undefined : this.#rows.take(now);
  }

  /** What polled reads brought, and the tags that have failed; nothing is held. */
  poll(changes: readonly Change[], failed: readonly number[], now: number): Batch {
    for (const { clientHandle, value } of changes) this.#note(clientHandle, value, now, false);
    for (const position of failed) this.#add(position, this.#heldTime(position, now), now);
    return this.#rows.take(now);
  }

  /** The last values of tags that could not be read just now, under a quality that says so. */
  missed(positions: readonly number[], now: number): Batch {
    for (const position of positions) {
      if (isGood(this.#quality[position] as number)) this.#quality[position] = Quality.UncertainNoCommunicationLastUsableValue;
      this.#add(position, this.#heldTime(position, now), now);
    }
    return this.#rows.take(now);
  }

  #note(position: number, dataValue: DataValue, now: number, held: boolean): void {
    const kind = this.#kinds[position];
    // a handle that we never gave out
    if (kind === undefined) return;
    const reading = this.#reading;
    readDataValue(dataValue, kind, reading);
    const overflowed = (reading.quality & overflow) === overflow;
    if (overflowed) this.#overflows++;
    const sourceTime = this.#sourceTime(position, reading.sourceTime, now);
    if (held && !overflowed && this.#known[position] === 1) this.#holdUntil(position, sourceTime, now);
    this.#value[position] = reading.value;
    this.#texts[position] = reading.text;
    this.#quality[position] = reading.quality;
    this.#add(position, sourceTime, now);
    this.#known[position] = 1;
    this.#dueAt[position] = now + (this.#periods[position] as number);
  }

  /** The server's time if it moved (also backwards: that is evidence); else the instant of sampling, in the tag's own time. */
  #sourceTime(position: number, serverTime: number, now: number): number {
    const last = this.#serverTime[position] as number;
    if (Number.isNaN(serverTime) || serverTime === last) return this.#heldTime(position, now);
    // The first value of a session may be old: it tells nothing about delay.
    if (serverTime > last && this.#known[position] === 1) {
      this.#delay[position] = now - serverTime;
      this.#noteDelay(now - serverTime);
    }
    this.#serverTime[position] = serverTime;
    return serverTime;
  }

  #noteDelay(delay: number): void {
    this.#delays.push(delay);
    if (this.#delays.length > delaysKept) this.#delays.shift();
    this.#commonDelay = this.#delays.toSorted((a, b) => a - b)[this.#delays.length >> 1] ?? 0;
  }

  /** The value stood until it changed: one sample in each period before the change that would be empty otherwise. */
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
    return Math.max(sampledAt - (Number.isNaN(own) ? this.#commonDelay : own), (this.#published[position] as number) + 1);
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
      dictionary = new TextDictionary();
      this.#dictionaries.set(position, dictionary);
    }
    return dictionary.codeOf(text);
  }
}
