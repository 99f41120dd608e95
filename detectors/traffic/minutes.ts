import type { WireTrafficEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

export const minuteMs = 60_000;
/** A longer silence of the whole stream is a gap, such as that between two captures, ms. */
export const gapMs = 60_000;
/** Upper bound of a count, so that sums stay finite. */
const highest = 1e15;

/** Traffic of one conversation in the current minute. */
export interface MinuteCount {
  /** The tap that counts: a conversation that several taps see must not count twice. */
  readonly tap: string;
  packets: number;
  bytes: number;
}

export interface SavedMinutes {
  /** Absent before the first event. */
  readonly from?: number;
  readonly now?: number;
  readonly counts: Readonly<Record<string, MinuteCount>>;
}

/** Effect of the next event on the minutes. */
export type MinuteStep = 'stretch' | 'minute' | 'none';

/**
 * Divides a stream of events into minutes of stream time. A gap, or a step back by as much, begins a new stretch. The first minute
 * of a stretch is not complete: connections may open, or the part before was not seen.
 */
export class Minutes {
  /** Begin of the stretch and time of the latest event, ms; NaN before the first event. */
  #from = Number.NaN;
  #now = Number.NaN;
  readonly #counts = new Map<string, MinuteCount>();

  get from(): number {
    return this.#from;
  }

  get now(): number {
    return this.#now;
  }

  /** True if the current minute counts once it is over. */
  get isComplete(): boolean {
    return this.#index(this.#now) >= 1;
  }

  /** Counts of the current minute, by conversation. */
  get counts(): ReadonlyMap<string, MinuteCount> {
    return this.#counts;
  }

  /** Determines if an event at this time ends the stretch or the minute, without a change. A gap cannot skip a minute. */
  stepTo(time: number): MinuteStep {
    if (!(Math.abs(time - this.#now) <= gapMs)) return 'stretch';
    return this.#index(Math.max(time, this.#now)) > this.#index(this.#now) ? 'minute' : 'none';
  }

  /** Advances the time; counts of an ended minute are dropped. Slightly late events of another tap have the latest time. */
  advance(time: number): void {
    const step = this.stepTo(time);
    if (step !== 'none') this.#counts.clear();
    if (step === 'stretch') this.#from = time;
    this.#now = step === 'stretch' ? time : Math.max(time, this.#now);
  }

  /** Adds an event to the count of its conversation in this minute. */
  add(key: string, { tap, packets, bytes }: WireTrafficEvent): void {
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { tap, packets: Math.min(highest, packets), bytes: Math.min(highest, bytes) });
    else if (count.tap === tap) {
      count.packets = Math.min(highest, count.packets + packets);
      count.bytes = Math.min(highest, count.bytes + bytes);
    }
  }

  /** The next event begins a new stretch. */
  clear(): void {
    this.#from = Number.NaN;
    this.#now = Number.NaN;
    this.#counts.clear();
  }

  /** A plain object, without numbers that JSON does not have. */
  save(): SavedMinutes {
    const times = Number.isNaN(this.#now) ? {} : { from: this.#from, now: this.#now };
    return { ...times, counts: Object.fromEntries([...this.#counts].map(([key, count]) => [key, { ...count }])) };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    this.clear();
    if (!isRecord(saved) || !isRecord(saved['counts'])) throw mismatch('the minutes of traffic are missing');
    const { from = Number.NaN, now = Number.NaN, counts } = saved as unknown as SavedMinutes;
    this.#from = from;
    this.#now = now;
    for (const [key, count] of Object.entries(counts)) this.#counts.set(key, { ...count });
  }

  #index(time: number): number {
    return Math.floor((time - this.#from) / minuteMs);
  }
}
