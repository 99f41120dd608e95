import type { Json } from '../../src/core/detector.ts';
import type { WireEvent, WireTrafficEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Minutes, type MinuteCount, minuteMs, type SavedMinutes } from './minutes.ts';

/** Maximum number of conversations with a pace; a full table accepts no further one. */
const mostPaces = 4_096;
/** A conversation is regular if its longest pause is at most this part of the time in which it was observed. */
const pausePart = 1 / 10;
const nothing: Pick<MinuteCount, 'packets' | 'bytes'> = { packets: 0, bytes: 0 };

/** Normal pace of one conversation. */
export interface Pace {
  /** Complete minutes of normal traffic, from that of its first packet. */
  minutes: number;
  /** Fewest and most packets of a complete minute, and most bytes. */
  fewest: number;
  most: number;
  mostBytes: number;
  /** Longest time without a packet, ms. */
  pauseMs: number;
}

/** State of a calibration that has not ended. */
interface Learning {
  readonly minutes: SavedMinutes;
  /** Time of the last packet of each conversation in this stretch. */
  readonly last: Readonly<Record<string, number>>;
  readonly anyMinute: boolean;
  readonly longestMs: number;
  readonly isFast: boolean;
}

/** True for traffic that counts: figures that are not positive carry no information. */
export const isCounted = ({ packets, bytes }: WireTrafficEvent): boolean =>
  packets > 0 && bytes > 0 && Number.isFinite(packets) && Number.isFinite(bytes);

/** Normal packets, bytes and pauses of conversations, by client, server and port. */
export class PaceHabits {
  readonly #paces = new Map<string, Pace>();
  readonly #minutes = new Minutes();
  readonly #last = new Map<string, number>();
  /** True after the first complete minute. */
  #anyMinute = false;
  /** Longest stretch so far, ms. */
  #longestMs = 0;
  #isFast = false;

  get(key: string): Readonly<Pace> | undefined {
    return this.#paces.get(key);
  }

  /** Conversations that were observed for long enough. @param least complete minutes */
  *judged(least: number): IterableIterator<readonly [key: string, pace: Pace]> {
    for (const entry of this.#paces) if (entry[1].minutes >= least) yield entry;
  }

  forget(key: string): void {
    this.#paces.delete(key);
  }

  /** @param speed stream seconds per real second of the recorded site; the pace of a faster lab is not learned */
  setSpeed(speed: number): void {
    this.#isFast = speed > 1;
  }

  /** @param key conversation of traffic that counts; undefined for other events, which advance the time */
  learn(event: Exclude<WireEvent, { readonly type: 'wire-loss' }>, key: string | undefined): void {
    const minutes = this.#minutes;
    if (this.#isFast) return this.#endStretch();
    const step = minutes.stepTo(event.time);
    if (step === 'minute') this.#endMinute();
    if (step === 'stretch') this.#endStretch();
    minutes.advance(event.time);
    if (key === undefined || event.type !== 'wire-traffic') return;
    const pauseMs = minutes.now - (this.#last.get(key) ?? minutes.from);
    const known = this.#paces.get(key);
    if (known !== undefined) known.pauseMs = Math.max(known.pauseMs, pauseMs);
    else if (this.#paces.size >= mostPaces) return;
    else {
      // before its first packet the conversation paused
      const fewest = this.#anyMinute ? 0 : Number.MAX_SAFE_INTEGER;
      this.#paces.set(key, { minutes: 0, fewest, most: 0, mostBytes: 0, pauseMs: Math.max(this.#longestMs, pauseMs) });
    }
    this.#last.set(key, minutes.now);
    minutes.add(key, event);
  }

  /** @param least complete minutes from which a conversation is judged; others, and irregular ones, are dropped */
  endLearning(least: number): void {
    this.#endStretch();
    for (const [key, { minutes, pauseMs }] of this.#paces)
      if (minutes < least || pauseMs > pausePart * minutes * minuteMs) this.#paces.delete(key);
    this.#endCalibration();
  }

  clear(): void {
    this.#paces.clear();
    this.#endCalibration();
  }

  toJson(): Json {
    const paces = Object.fromEntries(
      [...this.#paces].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, pace]) => [key, { ...pace }]),
    );
    const isLearning = this.#anyMinute || this.#longestMs > 0 || this.#isFast || !Number.isNaN(this.#minutes.now);
    if (!isLearning) return { paces };
    const learning: Learning = {
      minutes: this.#minutes.save(),
      last: Object.fromEntries(this.#last),
      anyMinute: this.#anyMinute,
      longestMs: this.#longestMs,
      isFast: this.#isFast,
    };
    return { paces, learning: learning as unknown as Json };
  }

  /** @param json undefined in baselines of earlier versions @throws ScadaError BASELINE_MISMATCH */
  fromJson(json: unknown): void {
    this.clear();
    if (json === undefined) return;
    if (!isRecord(json) || !isRecord(json['paces'])) throw mismatch('the pace of traffic is not an object');
    for (const [key, pace] of Object.entries(json['paces'])) this.#paces.set(key, paceOf(key, pace));
    const learning = json['learning'] as Learning | undefined;
    if (learning === undefined) return;
    this.#minutes.load(learning.minutes);
    for (const [key, time] of Object.entries(learning.last)) this.#last.set(key, time);
    this.#anyMinute = learning.anyMinute;
    this.#longestMs = learning.longestMs;
    this.#isFast = learning.isFast;
  }

  #endMinute(): void {
    const { isComplete, counts } = this.#minutes;
    if (!isComplete) return;
    for (const [key, pace] of this.#paces) {
      const { packets, bytes } = counts.get(key) ?? nothing;
      pace.minutes++;
      pace.fewest = Math.min(pace.fewest, packets);
      pace.most = Math.max(pace.most, packets);
      pace.mostBytes = Math.max(pace.mostBytes, bytes);
    }
    this.#anyMinute = true;
  }

  /** The final silence of each conversation was a pause too; the time until the next stretch is unknown. */
  #endStretch(): void {
    const { from, now } = this.#minutes;
    if (Number.isNaN(now)) return;
    for (const [key, pace] of this.#paces) pace.pauseMs = Math.max(pace.pauseMs, now - (this.#last.get(key) ?? from));
    this.#longestMs = Math.max(this.#longestMs, now - from);
    this.#last.clear();
    this.#minutes.clear();
  }

  #endCalibration(): void {
    this.#minutes.clear();
    this.#last.clear();
    this.#anyMinute = false;
    this.#longestMs = 0;
    this.#isFast = false;
  }
}

function paceOf(key: string, json: unknown): Pace {
  const { minutes, fewest, most, mostBytes, pauseMs } = isRecord(json) ? json : {};
  const figures = [minutes, fewest, most, mostBytes, pauseMs];
  if (!figures.every((figure) => typeof figure === 'number' && Number.isFinite(figure))) throw mismatch(`${key} has no pace`);
  return { minutes, fewest, most, mostBytes, pauseMs } as Pace;
}
