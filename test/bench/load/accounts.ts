import type { Batch } from '../../../src/core/batch.ts';
import type { DeviceHealthEvent, Observation } from '../../../src/core/observation.ts';
import { isGood } from '../../../src/core/quality.ts';
import { ageOf } from './register.ts';

/** A tag as the accounts know it. */
export interface AccountsTag {
  readonly device: string;
  /** Whose value it has, see `registerAt`. */
  readonly register: number;
  /**
   * Its values are read by requests: each is one of the seconds from the request to its reply. Otherwise the server gives each value its
   * time, by which pauses are told too, and the value may be that many seconds older.
   */
  readonly from: 'request' | { readonly mostAgeS: number };
}

/** InfoType and Overflow of a sample before which the server had to throw others away (OPC 10000-4, 7.39.1). */
const overflow = 0x0480;

const secondOf = (timeMs: number): number => Math.floor(timeMs / 1_000);

/** Result of the accounts of a run. */
export interface AccountsReport {
  readonly samples: number;
  readonly good: number;
  /** Number of good samples whose value the register had at no time at which it may have been read, see `AccountsTag`. */
  readonly wrong: number;
  /** Pauses longer than 2.5 periods between two good samples of a tag, all and those that nothing accounts for. */
  readonly gaps: number;
  readonly unaccounted: number;
  /** Tags of devices that have been up for five periods and have had no sample at all in them. */
  readonly silent: number;
  /** Devices that are not up. */
  readonly away: number;
}

/**
 * Books over every tag: a pause is accounted for when the tag was said to be bad meanwhile, its device was not up or was told to be
 * polled less often, a poll was told as failed or left out, or samples were told as lost.
 */
export class Accounts {
  readonly #periodMs: number;
  readonly #lastGood: Float64Array;
  readonly #lastAny: Float64Array;
  readonly #excusedAt: Float64Array;
  readonly #tags: readonly AccountsTag[];
  readonly #devices: number;
  /** When a device came up; absent while it is not. */
  readonly #upSince = new Map<string, number>();
  /** Pauses of a device that its next health event may account for: polls that it had to leave out. */
  readonly #pending = new Map<string, number>();
  readonly #deviceExcusedAt = new Map<string, number>();
  /** Devices that are polled less often because they are slow or busy. */
  readonly #stretched = new Set<string>();
  #samples = 0;
  #good = 0;
  #wrong = 0;
  #gaps = 0;
  #unaccounted = 0;

  constructor(tags: readonly AccountsTag[], periodMs: number) {
    this.#periodMs = periodMs;
    this.#lastGood = new Float64Array(tags.length).fill(Number.NaN);
    this.#lastAny = new Float64Array(tags.length).fill(Number.NEGATIVE_INFINITY);
    this.#excusedAt = new Float64Array(tags.length).fill(Number.NEGATIVE_INFINITY);
    this.#tags = tags;
    this.#devices = new Set(tags.map(({ device }) => device)).size;
  }

  take(observation: Observation): void {
    if (observation.kind === 'batch') this.#takeBatch(observation.batch);
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'device') {
      if (event.state === 'up') this.#upSince.set(event.device, event.time);
      else this.#upSince.delete(event.device);
      this.#deviceExcusedAt.set(event.device, event.time);
      // the report that would have told of it went with the connection
      this.#pending.delete(event.device);
    } else if (event.type === 'device-health') {
      this.#noteStretch(event);
      // an event about a changed stretch alone has no counts
      if (event.intervalMs === 0) return;
      if ((event.skipped ?? 0) === 0) this.#unaccounted += this.#pending.get(event.device) ?? 0;
      this.#pending.delete(event.device);
    } else if (event.type === 'poll-failed') for (const tag of event.tags) this.#excusedAt[tag] = event.time;
  }

  /** @param now ms UTC */
  report(now: number): AccountsReport {
    let silent = 0;
    for (let tag = 0; tag < this.#lastAny.length; tag++) {
      const upSince = this.#upSince.get(this.#tags[tag]?.device ?? '') ?? now;
      if (now - Math.max(this.#lastAny[tag] as number, upSince) > 5 * this.#periodMs) silent++;
    }
    const { samples, good, wrong, gaps, unaccounted } = {
      samples: this.#samples,
      good: this.#good,
      wrong: this.#wrong,
      gaps: this.#gaps,
      unaccounted: this.#unaccounted,
    };
    return { samples, good, wrong, gaps, unaccounted, silent, away: this.#devices - this.#upSince.size };
  }

  /** Polls that were due by a stretched period come after its end too. */
  #noteStretch({ device, stretch = 1, time }: DeviceHealthEvent): void {
    if (stretch > 1 || this.#stretched.has(device)) this.#deviceExcusedAt.set(device, time);
    if (stretch > 1) this.#stretched.add(device);
    else this.#stretched.delete(device);
  }

  #takeBatch(batch: Batch): void {
    const isStretched = this.#stretched.has(batch.device);
    const excusedAt = this.#deviceExcusedAt.get(batch.device) ?? Number.NEGATIVE_INFINITY;
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const quality = batch.quality[row] as number;
      const received = batch.receiveTime[row] as number;
      this.#samples++;
      this.#lastAny[tag] = received;
      if (!isGood(quality)) {
        this.#excusedAt[tag] = received;
        continue;
      }
      this.#good++;
      const { from, register } = this.#tags[tag] as AccountsTag;
      const source = batch.sourceTime[row] as number;
      const isAsked = from === 'request';
      const time = isAsked ? received : source;
      // the source time is the middle between request and reply, rounded down
      const mostAgeS = isAsked ? secondOf(received) - secondOf(2 * source - received) : from.mostAgeS;
      const last = this.#lastGood[tag] as number;
      this.#lastGood[tag] = time;
      if (ageOf(batch.value[row] as number, register, time) > mostAgeS) this.#wrong++;
      if (!(time - last > 2.5 * this.#periodMs)) continue;
      this.#gaps++;
      if (isStretched || excusedAt >= last || (this.#excusedAt[tag] as number) >= last || (quality & overflow) === overflow)
        continue;
      this.#pending.set(batch.device, (this.#pending.get(batch.device) ?? 0) + 1);
    }
  }
}
