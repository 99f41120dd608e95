import type { Json } from '../../src/core/detector.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** `[level, time]` by key, the oldest first. */
export type SavedCounters = readonly (readonly [key: string, level: number, time: number])[];

/** Upper bound of a count, so that one extreme figure has no effect for hours. */
const highest = 1e6;

/**
 * Decaying counts: a burst of n within a short time counts n, and decays within a few spans. Bounded; the oldest key is dropped.
 */
export class Counters {
  readonly #most: number;
  readonly #entries = new Map<string, { level: number; time: number }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds to a count and returns it. `spanMs`: the time in which it decays to 37 %. */
  add(key: string, amount: number, time: number, spanMs: number): number {
    const known = this.#entries.get(key);
    const age = known === undefined ? 0 : Math.max(0, time - known.time);
    const faded = known === undefined ? 0 : known.level * Math.exp(-age / spanMs);
    const level = Math.min(highest, faded + amount);
    this.#entries.delete(key);
    if (this.#entries.size >= this.#most) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { level, time });
    return level;
  }

  clear(): void {
    this.#entries.clear();
  }

  save(): SavedCounters {
    return [...this.#entries].map(([key, { level, time }]) => [key, level, time]);
  }

  load(saved: unknown): void {
    if (!Array.isArray(saved)) throw mismatch('counts of traffic are missing');
    this.#entries.clear();
    for (const [key, level, time] of saved as SavedCounters) this.#entries.set(key, { level, time });
  }
}

/** Highest counts in normal traffic, by key. */
export class Peaks {
  readonly #most: number;
  readonly #peaks = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  raise(key: string, value: number): void {
    const known = this.#peaks.get(key);
    if (known === undefined && this.#peaks.size >= this.#most) return;
    if (Number.isFinite(value) && (known === undefined || value > known)) this.#peaks.set(key, value);
  }

  /** Replaces a known count. */
  set(key: string, value: number): void {
    this.#peaks.set(key, value);
  }

  forget(key: string): void {
    this.#peaks.delete(key);
  }

  all(): readonly (readonly [key: string, peak: number])[] {
    return [...this.#peaks];
  }

  /** Highest count of a key; 0 if it was never seen. */
  of(key: string): number {
    return this.#peaks.get(key) ?? 0;
  }

  clear(): void {
    this.#peaks.clear();
  }

  toJson(): Json {
    return Object.fromEntries([...this.#peaks].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  fromJson(json: unknown): void {
    if (!isRecord(json)) throw mismatch('peaks of traffic are missing');
    this.#peaks.clear();
    for (const [key, value] of Object.entries(json)) if (typeof value === 'number') this.#peaks.set(key, value);
  }
}
