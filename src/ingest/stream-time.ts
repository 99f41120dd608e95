import { type Batch, BatchBuilder } from '../core/batch.ts';
import type { Clock } from '../core/clock.ts';
import type { CanaryEvent, Event, Observation } from '../core/observation.ts';

/**
 * Differences between the clock and monotonic time from which the clock was set, ms. Slewing by a time service stays below them. Stream time
 * stands still for a smaller step back.
 */
const stepMs = { forward: 1_000, back: 250 };
/** Smallest reported step, ms. */
const reportedMs = 1_000;
/** Share of elapsed time by which a time service may slew the clock. */
const mostSlew = 0.1;
/** Largest lead of a sample over its receipt, ms: clocks of devices that are ahead by less are used as they are. */
const mostLeadMs = 5_000;
/** Longest time between the receipt of an observation and its way into the stream, ms. */
const mostWaitMs = 60_000;
/** Least time between two different samples of a tag, ms. */
const leastMs = 1;

/** Stream time at the end of a run, for the next one, ms. */
export interface StreamTimeSnapshot {
  /** Time of the last observation. */
  readonly at: number;
  /** Time of the latest sample of any tag. */
  readonly latest: number;
}

/**
 * Orders time, once, before the detectors. Stream time is the site's clock at the start of a run, and from then on never goes back and never
 * jumps: it follows the clock while that runs, and monotonic time where it is set. A sample is placed at its source time, so that
 * intervals between samples of a tag are those of the device. Where source times go back, or are ahead, the sample is placed at its
 * receipt, and the offset of its tag is set anew. On ordinary data nothing changes: stream time is the time of the device.
 *
 * Recorded data, which have no monotonic time, are placed in the same way, without a clock.
 */
export class StreamTime {
  /** Samples whose source time was before that of the last sample of their tag. They are judged at the time of their receipt. */
  ranBack = 0;
  /** Samples that have no place, because too many different ones of a tag came at once. They are not judged. */
  dropped = 0;
  readonly #clock: Pick<Clock, 'now' | 'monotonic'> | undefined;
  /** Last reading of the clock, ms UTC, of monotonic time, and the stream time then. */
  #wall = Number.NaN;
  #monotonic = Number.NaN;
  #now = Number.NEGATIVE_INFINITY;
  /** Difference between the clock and monotonic time that slewing does not explain, ms. */
  #drift = 0;
  #aheadMs = 0;
  #step = 0;
  /** Stream time of the last observation. */
  #at = Number.NEGATIVE_INFINITY;
  /** No sample is placed before this time. */
  #from = Number.NEGATIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  /** By tag: source time, value, stream time and receipt of the last sample, its stream time minus source time, and minus the site's clock. */
  readonly #source: Float64Array;
  readonly #value: Float64Array;
  readonly #time: Float64Array;
  readonly #received: Float64Array;
  readonly #offset: Float64Array;
  readonly #ahead: Float64Array;

  /**
   * @param tags number of tags; canaries have one more
   * @param clock the site's clock; undefined for recorded data
   */
  constructor(tags: number, clock?: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.#source = new Float64Array(tags + 1).fill(Number.NaN);
    this.#value = new Float64Array(tags + 1);
    this.#time = new Float64Array(tags + 1).fill(Number.NEGATIVE_INFINITY);
    this.#received = new Float64Array(tags + 1).fill(Number.NEGATIVE_INFINITY);
    this.#offset = new Float64Array(tags + 1);
    this.#ahead = new Float64Array(tags + 1);
  }

  /** Stream time minus the site's clock, ms; 0 until that was set. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Stream time now, ms UTC; that of the last observation for recorded data. */
  now(): number {
    if (this.#clock === undefined) return this.#at;
    const [wall, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    if (Number.isNaN(this.#wall)) this.#now = Math.max(wall + this.#aheadMs, this.#from);
    else {
      const elapsed = Math.max(0, monotonic - this.#monotonic);
      const change = wall - this.#wall - elapsed;
      const slewed = mostSlew * elapsed;
      this.#drift = Math.sign(this.#drift) * Math.max(0, Math.abs(this.#drift) - slewed) + change;
      if (this.#drift > stepMs.forward + slewed || this.#drift < -stepMs.back - slewed) {
        this.#setAhead(this.#now + elapsed - wall);
        this.#drift = 0;
      }
      this.#now = Math.max(this.#now, wall + this.#aheadMs);
    }
    this.#wall = wall;
    this.#monotonic = monotonic;
    return this.#now;
  }

  /** Step of the site's clock since the last one that was returned, ms, positive when forward; 0 without a step. */
  takeStep(): number {
    if (Math.abs(this.#step) < reportedMs) return 0;
    const step = this.#step;
    this.#step = 0;
    return step;
  }

  save(): StreamTimeSnapshot {
    return { at: this.#at, latest: Math.max(this.#latest, this.#at) };
  }

  /** Continues after the stream time of an earlier run, also if the clock was set back meanwhile. Later calls with earlier times have no effect. */
  resume({ at, latest }: StreamTimeSnapshot): void {
    if (Number.isFinite(latest) && latest > this.#from) this.#from = latest;
    if (this.#clock === undefined || !(at > this.#at)) return;
    const behind = at - Math.max(this.#now, this.#clock.now() + this.#aheadMs);
    if (behind > 0) this.#setAhead(this.#aheadMs + behind);
    this.#at = at;
  }

  /** The observation with its place. */
  place(observation: Observation): Observation {
    if (observation.kind === 'vector') return observation;
    const now = this.now();
    if (observation.kind === 'event') {
      const event = this.#placedEvent(observation.event, now);
      const place = { at: this.#pass(event.time), aheadMs: this.#aheadMs };
      return { kind: 'event', event: observation.event, place: event === observation.event ? place : { ...place, event } };
    }
    const { batch } = observation;
    if (batch.length === 0) return observation;
    const judged = this.#placedBatch(batch, now);
    const place = { at: this.#pass(judged.receiveTime[judged.length - 1] as number), aheadMs: this.#aheadMs };
    return { ...observation, place: judged === batch ? place : { ...place, batch: judged } };
  }

  /** A recorded batch as detectors see it: the batch itself if its times are in order. */
  placed(batch: Batch): Batch {
    return this.#placedBatch(batch, this.now());
  }

  #setAhead(aheadMs: number): void {
    // whole milliseconds, so that a time can be converted back without a loss
    const ahead = Math.round(aheadMs);
    this.#step += this.#aheadMs - ahead;
    this.#aheadMs = ahead;
  }

  #pass(time: number): number {
    if (time > this.#at) this.#at = time;
    return this.#at;
  }

  /** Stream time of a reading of the site's clock. A reading of before a step has no other place than the present. */
  #streamOf(time: number, now: number): number {
    if (this.#clock === undefined) return time;
    const placed = time + this.#aheadMs;
    return placed <= now ? Math.max(placed, Math.min(now, this.#at - mostWaitMs)) : now;
  }

  #placedEvent(event: Event, now: number): Event {
    if (this.#clock === undefined) return event;
    const time = event.type === 'canary' ? this.#placedCanary(event, now) : this.#streamOf(event.time, now);
    return time === event.time ? event : { ...event, time };
  }

  #placedCanary({ time, value }: CanaryEvent, now: number): number {
    return this.#timeOf(this.#time.length - 1, time, value, this.#streamOf(time, now));
  }

  #placedBatch(batch: Batch, now: number): Batch {
    const { tag, value, sourceTime, receiveTime, length } = batch;
    let times: Float64Array | undefined;
    let received: Float64Array | undefined;
    for (let row = 0; row < length; row++) {
      const receipt = this.#streamOf(receiveTime[row] as number, now);
      if (receipt !== receiveTime[row]) (received ??= Float64Array.from(receiveTime))[row] = receipt;
      const source = sourceTime[row] as number;
      const time = this.#timeOf(tag[row] as number, source, value[row] as number, receipt);
      if (time !== source) (times ??= Float64Array.from(sourceTime))[row] = time;
    }
    if (times === undefined && received === undefined) return batch;
    const copy = new BatchBuilder(batch.device, length);
    const columns = { tag, value, quality: batch.quality, sourceTime: times ?? sourceTime };
    copy.addColumns(columns, length, received ?? receiveTime, batch.texts);
    return copy.publish();
  }

  /** Stream time of a sample; that of the last sample of its tag if it repeats it. */
  #timeOf(tag: number, source: number, value: number, receipt: number): number {
    const isSame = source === this.#source[tag];
    if (isSame && Object.is(value, this.#value[tag])) return this.#time[tag] as number;
    const last = Math.max(this.#time[tag] as number, this.#from);
    // samples of one source time keep the intervals of their receipt
    const sinceLast = last + Math.max(leastMs, receipt - Math.max(this.#received[tag] as number, this.#from));
    let time = isSame ? sinceLast : this.#bySource(tag, source, receipt, sinceLast);
    if (source < (this.#source[tag] as number) && this.#ahead[tag] === this.#aheadMs) this.ranBack++;
    if (Number.isNaN(time)) {
      time = receipt >= sinceLast || last === Number.NEGATIVE_INFINITY ? receipt : sinceLast;
      this.#offset[tag] = time - source;
    }
    if (time > receipt + 2 * mostLeadMs) {
      this.dropped++;
      return last;
    }
    this.#source[tag] = source;
    this.#value[tag] = value;
    this.#received[tag] = receipt;
    this.#time[tag] = time;
    this.#ahead[tag] = this.#aheadMs;
    if (time > this.#latest) this.#latest = time;
    return time;
  }

  /** Stream time of a source time, by the offset of its tag or of the site's clock; NaN if neither gives a later and possible time. */
  #bySource(tag: number, source: number, receipt: number, sinceLast: number): number {
    const last = Math.max(this.#time[tag] as number, this.#from);
    const isPossible = (time: number): boolean => time > last && !(time > receipt + mostLeadMs);
    if (Number.isNaN(this.#source[tag])) this.#offset[tag] = this.#aheadMs;
    const own = source + (this.#offset[tag] as number);
    const ofClock = source + this.#aheadMs;
    // after a step of the site's clock: a device that has the time of the monitor, or its own
    const isClocks = this.#ahead[tag] !== this.#aheadMs && Math.abs(ofClock - sinceLast) < Math.abs(own - sinceLast);
    if (isPossible(own) && !(isClocks && isPossible(ofClock))) return own;
    if (!isPossible(ofClock)) return Number.NaN;
    this.#offset[tag] = this.#aheadMs;
    return ofClock;
  }
}
