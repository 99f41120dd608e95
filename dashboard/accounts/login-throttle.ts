import type { Clock } from '../../src/core/clock.ts';
import { Lru } from '../../src/core/lru.ts';
import { ApiError } from '../protocol/api-error.ts';

interface Failures {
  readonly count: number;
  /** Attempts whose passphrase is being checked. */
  readonly pending: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

/** Source of an attempt. */
export interface AttemptSource {
  readonly address: string;
  /** Name that the user typed; undefined for a setup link. */
  readonly name?: string | undefined;
  /** Device on which this user has signed in before. */
  readonly device?: string | undefined;
  /** User whose right second factor the attempt has. Only such attempts count for it, so that guesses of others do not delay the user. */
  readonly factorOf?: string | undefined;
}

/** One attempt. Exactly one of its methods is called, once. */
export interface Attempt {
  /** @returns time for which further attempts of the same name, address or device are refused, ms; 0 if they are not */
  failed(): number;
  succeeded(): void;
  /** The passphrase was not checked, so the attempt does not count. */
  abandoned(): void;
}

type Kind = 'name' | 'address' | 'device' | 'factor';

/** Names, addresses and devices with failures, each: most that are kept; the half that was used last is never forgotten. */
const mostKeys = 20_000;
const forgetMs = 15 * 60_000;
const longestMs = 5 * 60_000;
/** Failures before the first wait. Several users may share an address, but not a name. */
const free: Readonly<Record<Kind, number>> = { name: 5, address: 20, device: 10, factor: 5 };
/** Wait while all allowed attempts of a client are being checked, ms. */
const pendingMs = 1000;
const none: Failures = { count: 0, pending: 0, lockedUntil: 0, lastAt: 0 };

/**
 * Slows down guessing per name and per address: after some verified failures each further one doubles the wait, from 1 s to
 * 5 min. A known device of a user has its own allowance, so that unknown clients cannot lock that user out. So has an
 * attempt with the right second factor, which guesses of others do not have. A name that does
 * not exist counts like any other, so that a lock does not reveal which names exist.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #failures: Readonly<Record<Kind, Lru<string, Failures>>>;

  constructor(clock: Clock) {
    this.#clock = clock;
    const map = (): Lru<string, Failures> => new Lru<string, Failures>(mostKeys);
    this.#failures = { name: map(), address: map(), device: map(), factor: map() };
  }

  /** Begins an attempt, before the passphrase is checked. @throws ApiError `locked` with the time left */
  begin({ address, name, device, factorOf }: AttemptSource): Attempt {
    const unknown: [Kind, string][] = [
      ['address', address],
      ...(name === undefined ? [] : ([['name', name]] as [Kind, string][])),
    ];
    // a device that has used up its allowance counts as unknown
    const isKnown = device !== undefined && this.#waitOf('device', device) === 0;
    const keys: [Kind, string][] = factorOf !== undefined ? [['factor', factorOf]] : isKnown ? [['device', device]] : unknown;
    const wait = Math.max(...keys.map(([kind, key]) => this.#waitOf(kind, key)));
    if (wait > 0) throw new ApiError('locked', 'Too many failed attempts.', { retryAfterMs: Math.ceil(wait) });
    for (const [kind, key] of keys) this.#change(kind, key, (before) => ({ ...before, pending: before.pending + 1 }));
    const end = (change: (before: Failures, kind: Kind) => Failures) => () => {
      for (const [kind, key] of keys) {
        this.#change(kind, key, (before) => change({ ...before, pending: Math.max(0, before.pending - 1) }, kind));
      }
    };
    const fail = end((before, kind) => failedAgain(before, free[kind], this.#clock.monotonic()));
    return {
      abandoned: end((before) => before),
      failed: () => {
        fail();
        return Math.max(...keys.map(([kind, key]) => this.#waitOf(kind, key)));
      },
      // an address keeps its other failures: a user with one passphrase must not get unlimited guesses at others
      succeeded: end((before, kind) => ({
        ...before,
        count: kind === 'address' ? Math.max(0, before.count - 1) : 0,
        lockedUntil: 0,
      })),
    };
  }

  /** Wait of a key, ms. Parallel attempts get no more guesses than sequential ones. */
  #waitOf(kind: Kind, key: string): number {
    const now = this.#clock.monotonic();
    const { count, pending, lockedUntil, lastAt } = this.#failures[kind].get(key) ?? none;
    if (lockedUntil > now) return lockedUntil - now;
    const counted = now - lastAt > forgetMs ? 0 : count;
    return pending > 0 && counted + pending >= free[kind] ? pendingMs : 0;
  }

  #change(kind: Kind, key: string, change: (before: Failures) => Failures): void {
    const after = change(this.#failures[kind].get(key) ?? none);
    if (after.count === 0 && after.pending === 0) this.#failures[kind].delete(key);
    else this.#failures[kind].set(key, after);
  }
}

function failedAgain(before: Failures, freeFailures: number, now: number): Failures {
  const count = now - before.lastAt > forgetMs ? 1 : before.count + 1;
  const over = count - freeFailures;
  const lockedUntil = over < 0 ? 0 : now + Math.min(longestMs, 1000 * 2 ** over);
  return { count, pending: before.pending, lockedUntil, lastAt: now };
}
