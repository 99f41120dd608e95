import { randomBytes } from 'node:crypto';
import type { Role } from '../../src/core/access.ts';
import type { Clock } from '../../src/core/clock.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';
import type { ApiToken, ApiTokenStore } from '../../src/core/state.ts';
import { sameHash, sha256 } from './secrets.ts';
import type { Session } from './sessions.ts';
import type { TokenGroup } from '../protocol/token-groups.ts';

/** Largest number of tokens, expired ones included. */
export const mostTokens = 50;
/** Longest validity, days. */
export const mostTokenDays = 366;
/** Requests of one token. */
const requests = { perSecond: 20, burst: 100 };
/** The time of the last use is stored at most this often, ms. */
const useStoredEveryMs = 60_000;
const dayMs = 24 * 3_600_000;
/** Begin of every token, by which scanners for secrets find one in a file. */
const prefix = 'scw_';

/** A token as an administrator asks for it. */
export interface TokenRequest {
  readonly name: string;
  readonly role: Role;
  readonly groups: readonly TokenGroup[];
  readonly days: number;
  readonly createdBy: string;
}

/** Creates a token and its stored form, which has only the hash. @param now wall time, ms UTC */
export function newApiToken(
  { days, ...asked }: TokenRequest,
  now: number,
): { readonly token: string; readonly stored: ApiToken } {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  const tokenHash = sha256(token).toString('base64');
  return { token, stored: { ...asked, tokenHash, createdAt: now, expiresAt: now + days * dayMs } };
}

/** Name of a token as a user. The name of a user contains no space. */
export const tokenUser = (name: string): string => `token ${name}`;

/** Finds the session of a program by its token. The token is sent with every request, and only its hash is stored. */
export class ApiTokens {
  readonly #store: ApiTokenStore;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(store: ApiTokenStore, wallClock: Clock) {
    this.#store = store;
    this.#clock = wallClock;
  }

  /** Wall time, ms UTC. */
  get now(): number {
    return this.#clock.now();
  }

  /** The session of a token that exists and is not over. Records its use. */
  find(token: string, address: string): Session | undefined {
    const found = this.#known(token);
    const now = this.#clock.now();
    if (found === undefined || now >= found.expiresAt) return undefined;
    if (now - (found.lastUsedAt ?? 0) >= useStoredEveryMs) this.#store.use(found.name, now);
    return {
      id: `t-${found.tokenHash.slice(0, 8)}`,
      number: 0,
      user: tokenUser(found.name),
      role: found.role,
      address,
      openedAt: found.createdAt,
      endsAt: found.expiresAt,
      requests: this.#bucketOf(found.tokenHash),
      isFederated: false,
      token: { groups: found.groups, isValid: () => this.#known(token) !== undefined && this.#clock.now() < found.expiresAt },
    };
  }

  #known(token: string): ApiToken | undefined {
    if (!token.startsWith(prefix)) return undefined;
    const hash = sha256(token);
    return this.#store.list().find(({ tokenHash }) => sameHash(Buffer.from(tokenHash, 'base64'), hash));
  }

  #bucketOf(hash: string): TokenBucket {
    const known = this.#buckets.get(hash);
    if (known !== undefined) return known;
    // those of revoked tokens are forgotten
    const stored = new Set(this.#store.list().map(({ tokenHash }) => tokenHash));
    for (const key of this.#buckets.keys()) if (!stored.has(key)) this.#buckets.delete(key);
    const bucket = new TokenBucket(this.#clock, requests.perSecond, requests.burst);
    this.#buckets.set(hash, bucket);
    return bucket;
  }
}
