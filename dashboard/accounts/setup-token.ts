import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { sameHash, sha256 } from './secrets.ts';

/** Secret of the first start: 256 random bits, valid once and for a limited time; only its hash is kept. */
export class SetupToken {
  readonly #clock: Clock;
  readonly #expiresAt: number;
  #hash: Buffer | undefined;

  private constructor(clock: Clock, expiresAt: number, hash: Buffer) {
    this.#clock = clock;
    this.#expiresAt = expiresAt;
    this.#hash = hash;
  }

  /** Creates a token. Returns it once, for the console. */
  static create(clock: Clock, lifetimeMs: number): { readonly token: string; readonly setup: SetupToken } {
    const token = randomBytes(32).toString('base64url');
    return { token, setup: new SetupToken(clock, clock.now() + lifetimeMs, sha256(token)) };
  }

  /** True once, for the right token before its expiry; the token is invalid afterwards. */
  use(token: string): boolean {
    if (this.#hash === undefined || this.#clock.now() >= this.#expiresAt || !sameHash(sha256(token), this.#hash)) return false;
    this.#hash = undefined;
    return true;
  }
}
