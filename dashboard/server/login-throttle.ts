import type { Clock } from '../../src/core/clock.ts';
import { ApiError } from './api-error.ts';
import { RecentMap } from './rate.ts';

interface Failures {
  readonly count: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

const boundKeys = 10_000;
const forgetMs = 15 * 60_000;
const longestMs = 5 * 60_000;
/** Failures before the first wait. Several people share an address, nobody shares a name. */
const free = { name: 5, address: 20 };

/**
 * Slows guessing down, per name and per address: after some failures each further one doubles the wait, from 1 s to 5 min.
 * A name that does not exist is counted like any other, so that a lock tells nothing.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #names = new RecentMap<Failures>(boundKeys);
  readonly #addresses = new RecentMap<Failures>(boundKeys);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Called before a passphrase is looked at. Counts a failure at once, so that guesses in parallel are counted too;
   * `succeeded` takes it back. @throws ApiError `locked` with the time left
   */
  attempt(address: string, name?: string): void {
    const now = this.#clock.monotonic();
    const nameUntil = name === undefined ? 0 : (this.#names.get(name)?.lockedUntil ?? 0);
    const until = Math.max(nameUntil, this.#addresses.get(address)?.lockedUntil ?? 0);
    if (until > now) throw new ApiError('locked', 'Too many failed attempts.', { retryAfterMs: Math.ceil(until - now) });
    if (name !== undefined) count(this.#names, name, free.name, now);
    count(this.#addresses, address, free.address, now);
  }

  succeeded(address: string, name?: string): void {
    if (name !== undefined) this.#names.delete(name);
    const { count = 0 } = this.#addresses.get(address) ?? {};
    if (count <= 1) this.#addresses.delete(address);
    else this.#addresses.set(address, { count: count - 1, lockedUntil: 0, lastAt: this.#clock.monotonic() });
  }
}

function count(map: RecentMap<Failures>, key: string, freeFailures: number, now: number): void {
  const before = map.get(key);
  const failures = before === undefined || now - before.lastAt > forgetMs ? 1 : before.count + 1;
  const over = failures - freeFailures;
  const lockedUntil = over < 0 ? 0 : now + Math.min(longestMs, 1000 * 2 ** over);
  map.set(key, { count: failures, lockedUntil, lastAt: now });
}
