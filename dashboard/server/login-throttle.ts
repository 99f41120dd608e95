import type { Clock } from '../../src/core/clock.ts';
import { ApiError } from './api-error.ts';
import { RecentMap } from './rate.ts';

interface Failures {
  readonly count: number;
  /** Attempts whose passphrase is being checked. */
  readonly pending: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

/** Where an attempt comes from. */
export interface AttemptSource {
  readonly address: string;
  /** Name that was typed; none for a setup link. */
  readonly name?: string | undefined;
  /** A device on which this user has signed in before. */
  readonly device?: string | undefined;
}

/** One attempt. Exactly one of its methods is called, once. */
export interface Attempt {
  /** @returns how long further attempts of the same name, address or device are refused, ms; 0 if they are not */
  failed(): number;
  succeeded(): void;
  /** The passphrase was not checked: counts against nobody. */
  abandoned(): void;
}

type Kind = 'name' | 'address' | 'device';

const boundKeys = 10_000;
const forgetMs = 15 * 60_000;
const longestMs = 5 * 60_000;
/** Failures before the first wait. Several people share an address, nobody shares a name. */
const free: Readonly<Record<Kind, number>> = { name: 5, address: 20, device: 10 };
/** Wait of those whose attempts are all being checked at this moment. */
const pendingMs = 1000;
const none: Failures = { count: 0, pending: 0, lockedUntil: 0, lastAt: 0 };

/**
 * Slows down guessing per name and per address: after some verified failures each further one doubles the wait, from 1 s to
 * 5 min. A known device of a user has an allowance of its own, so that strangers cannot lock that user out. A name that does not
 * exist is counted like any other, so that a lock does not show which names exist.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #failures: Readonly<Record<Kind, RecentMap<Failures>>>;

  constructor(clock: Clock) {
    this.#clock = clock;
    const map = (): RecentMap<Failures> => new RecentMap<Failures>(boundKeys);
    this.#failures = { name: map(), address: map(), device: map() };
  }

  /** Begins an attempt, before the passphrase is checked. @throws ApiError `locked` with the time left */
  begin({ address, name, device }: AttemptSource): Attempt {
    const strangers: [Kind, string][] = [
      ['address', address],
      ...(name === undefined ? [] : ([['name', name]] as [Kind, string][])),
    ];
    // a device that has used up its allowance is a stranger again
    const keys =
      device !== undefined && this.#waitOf('device', device) === 0 ? ([['device', device]] as [Kind, string][]) : strangers;
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
      // an address keeps its other failures: a person with one passphrase must not get unlimited guesses at others
      succeeded: end((before, kind) => ({
        ...before,
        count: kind === 'address' ? Math.max(0, before.count - 1) : 0,
        lockedUntil: 0,
      })),
    };
  }

  /** How long a key must wait, ms; attempts in parallel get no more guesses than one after the other. */
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
