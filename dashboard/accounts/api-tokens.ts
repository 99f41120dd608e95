import { randomBytes } from 'node:crypto';
import { isAllowed, type Role } from '../../src/core/access.ts';
import type { Clock } from '../../src/core/clock.ts';
import { Lasting } from '../../src/core/lasting.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';
import { consolePerson, personOf, tokenUser } from '../../src/core/person.ts';
import type { ApiToken, ApiTokenStore, UserStore } from '../../src/core/state.ts';
import { sameHash, sha256 } from './secrets.ts';
import type { Session } from './sessions.ts';
import type { TokenGroup } from '../protocol/token-groups.ts';

/** Largest number of tokens, expired ones included. */
export const mostTokens = 50;
/** Longest validity, days. */
export const mostTokenDays = 366;
/** The same for a user of an identity provider, which does not report when it removes a user. */
export const mostFederatedTokenDays = 30;
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
  /** Identity of the administrator. @see Actor */
  readonly person: string;
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

export interface ApiTokensOptions {
  readonly store: ApiTokenStore;
  readonly users: Pick<UserStore, 'find'>;
  /** Issuer of the configured identity provider. */
  readonly issuer: string | undefined;
  readonly wallClock: Clock;
}

/**
 * Finds the session of a program by its token. The token is sent with every request, and only its hash is stored. A token acts for the
 * person who created it, and ends with the right of this person to create tokens.
 */
export class ApiTokens {
  readonly #options: ApiTokensOptions;
  readonly #store: ApiTokenStore;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #lasting = new Map<string, Lasting>();

  constructor(options: ApiTokensOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#clock = options.wallClock;
  }

  /** Wall time, ms UTC. */
  get now(): number {
    return this.#clock.now();
  }

  /** The session of a token that exists and is not over. Records its use. */
  find(token: string, address: string): Session | undefined {
    const found = this.#known(token);
    const now = this.#clock.now();
    if (found === undefined || this.isOver(found)) return undefined;
    if (now - (found.lastUsedAt ?? 0) >= useStoredEveryMs) this.#store.use(found.name, now);
    return {
      id: `t-${found.tokenHash.slice(0, 8)}`,
      number: 0,
      user: tokenUser(found.name),
      person: found.person ?? tokenUser(found.name),
      role: found.role,
      address,
      openedAt: found.createdAt,
      endsAt: found.expiresAt,
      requests: this.#bucketOf(found.tokenHash),
      token: {
        groups: found.groups,
        isValid: () => {
          const known = this.#known(token);
          return known !== undefined && !this.isOver(known);
        },
      },
    };
  }

  /** True if a stored token has expired, or the person who created it may not create tokens any more. */
  isOver(token: ApiToken): boolean {
    return this.#hasExpired(token) || !this.#isOfAdministrator(token);
  }

  #hasExpired({ tokenHash, createdAt, expiresAt }: ApiToken): boolean {
    const known = this.#lasting.get(tokenHash) ?? this.#newLasting(tokenHash);
    return known.isOver(createdAt, expiresAt, this.#clock);
  }

  /** Removes the tokens of a person. Returns their names. */
  revokeAllOf(person: string): readonly string[] {
    const names = this.#store.list().flatMap((one) => (one.person === person ? [one.name] : []));
    for (const name of names) this.#store.remove(name);
    return names;
  }

  #isOfAdministrator({ person, createdBy, createdAt }: ApiToken): boolean {
    if (person === consolePerson) return true;
    const { users, issuer } = this.#options;
    // without an identity, the same name is the same person
    const user = users.find(createdBy);
    if (user !== undefined && (person === undefined || personOf(user) === person))
      return !user.disabled && isAllowed(user.role, 'manage-users');
    // an issuer may be stated with a slash at its end, and without
    const from = (person ?? createdBy).replace(/\/?\)?$/, '');
    const isFederated = issuer !== undefined && from.endsWith(` of ${issuer.replace(/\/$/, '')}`);
    return isFederated && this.#clock.now() < createdAt + mostFederatedTokenDays * dayMs;
  }

  #known(token: string): ApiToken | undefined {
    if (!token.startsWith(prefix)) return undefined;
    const hash = sha256(token);
    return this.#store.list().find(({ tokenHash }) => sameHash(Buffer.from(tokenHash, 'base64'), hash));
  }

  #bucketOf(hash: string): TokenBucket {
    const known = this.#buckets.get(hash);
    if (known !== undefined) return known;
    this.#forgetRevoked(this.#buckets);
    const bucket = new TokenBucket(this.#clock, requests.perSecond, requests.burst);
    this.#buckets.set(hash, bucket);
    return bucket;
  }

  #newLasting(hash: string): Lasting {
    this.#forgetRevoked(this.#lasting);
    const lasting = new Lasting();
    this.#lasting.set(hash, lasting);
    return lasting;
  }

  #forgetRevoked(byHash: Map<string, unknown>): void {
    const stored = new Set(this.#store.list().map(({ tokenHash }) => tokenHash));
    for (const hash of byHash.keys()) if (!stored.has(hash)) byHash.delete(hash);
  }
}
