import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import type { Role } from '../../src/core/access.ts';
import type { User } from '../../src/core/state.ts';
import type { OpenSession, SessionInfo } from '../protocol.ts';
import { Lru } from '../../src/core/lru.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';
import { sha256 } from './secrets.ts';

/** A signed-in browser. */
export interface Session {
  /** For the stored audit trail only. It grants no access and never leaves the server. */
  readonly id: string;
  /** Consecutive number in the lists of sessions. */
  readonly number: number;
  readonly user: string;
  readonly role: Role;
  readonly address: string;
  readonly openedAt: number;
  /** Wall time, ms UTC. */
  readonly endsAt: number;
  /** Shared by all sessions of the user. */
  readonly requests: TokenBucket;
  /** True if an identity provider has named the user: there is no local account. */
  readonly isFederated: boolean;
  /** Set for an API token: the groups of routes that it may use, and if it still exists. */
  readonly token?: { readonly groups: readonly string[]; readonly isValid: () => boolean };
}

interface Entry {
  readonly session: Session;
  /** False for a wall display, whose session ends only by revocation or with the server. */
  readonly expires: boolean;
  readonly hash: string;
  activeAt: number;
}

/** A session with its secret. */
export interface Opened {
  readonly session: Session;
  readonly secret: string;
}

export interface SessionLimits {
  readonly absoluteMs: number;
  readonly idleMs: number;
}

/** Largest number of sessions of one user. A new one beyond it ends the oldest. */
const perUser = 16;
/** Requests by HTTP of one user, in all sessions together. */
const requests = { perSecond: 100, burst: 400, remembered: 10_000 };

/** End of a session that does not expire: the last instant of the year 9999. */
const never = 253_402_300_799_999;

/** Name of a wall display as a user. The name of a user contains no space. */
export const displayUser = (name: string): string => `display ${name}`;

/** Open sessions. Secrets are 256 random bits; only their hashes are kept, and only in memory. */
export class Sessions {
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #byHash = new Map<string, Entry>();
  readonly #bySession = new Map<Session, Entry>();
  readonly #requests = new Lru<string, TokenBucket>(2 * requests.remembered);
  readonly #listeners = new Set<(session: Session) => void>();
  #opened = 0;

  constructor(clock: Clock, sessionLimits: SessionLimits) {
    this.#clock = clock;
    this.#limits = sessionLimits;
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** Opens a session. Returns its secret once, for the cookie. */
  open(user: User, address: string): Opened {
    return this.#open(user, address, true);
  }

  /** Opens the session of a wall display, which can only view. */
  openDisplay(name: string, address: string): Opened {
    return this.#open({ name: displayUser(name), role: 'viewer' }, address, false);
  }

  /** Opens the session of a user that an identity provider has named. */
  openFederated(name: string, role: Role, address: string): Opened {
    return this.#open({ name, role }, address, true, true);
  }

  #open(user: Pick<User, 'name' | 'role'>, address: string, expires: boolean, isFederated = false): Opened {
    for (const oldest of this.#of(user.name).slice(0, 1 - perUser)) this.end(oldest);
    const secret = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const session: Session = {
      id: `s-${randomBytes(6).toString('hex')}`,
      number: ++this.#opened,
      user: user.name,
      role: user.role,
      address,
      openedAt: now,
      endsAt: expires ? now + this.#limits.absoluteMs : never,
      requests: this.#requestsOf(user.name),
      isFederated,
    };
    const entry = { session, expires, hash: key(secret), activeAt: now };
    this.#byHash.set(entry.hash, entry);
    this.#bySession.set(session, entry);
    return { session, secret };
  }

  /** The session of a secret, if it has not ended. */
  find(secret: string): Session | undefined {
    const entry = this.#byHash.get(key(secret));
    return entry === undefined || this.#endIfOver(entry) ? undefined : entry.session;
  }

  isOpen(session: Session): boolean {
    const entry = this.#bySession.get(session);
    return entry !== undefined && !this.#endIfOver(entry);
  }

  /** Records activity of the user. */
  touch(session: Session): void {
    const entry = this.#bySession.get(session);
    if (entry !== undefined) entry.activeAt = this.#clock.now();
  }

  /** Open sessions of a user, oldest first, with a mark on `own`. */
  listOf(user: string, own: Session): readonly OpenSession[] {
    return this.#of(user).map((session) => ({
      number: session.number,
      openedAtWall: session.openedAt,
      activeAtWall: this.#bySession.get(session)?.activeAt ?? session.openedAt,
      address: session.address,
      own: session === own,
    }));
  }

  /** Open sessions of users of an identity provider, oldest first. */
  federated(): readonly Session[] {
    return [...this.#bySession.keys()].filter(({ isFederated }) => isFederated);
  }

  /** The open session with a number from the lists. */
  numbered(number: number): Session | undefined {
    return [...this.#bySession.keys()].find((session) => session.number === number);
  }

  end(session: Session): void {
    const entry = this.#bySession.get(session);
    if (entry === undefined) return;
    this.#byHash.delete(entry.hash);
    this.#bySession.delete(session);
    for (const listener of this.#listeners) listener(session);
  }

  /** Ends the sessions of a user except one. */
  endAllOf(user: string, except?: Session): void {
    for (const session of this.#of(user)) if (session !== except) this.end(session);
  }

  /** Ends expired sessions; called every second. */
  sweep(): void {
    for (const entry of this.#bySession.values()) this.#endIfOver(entry);
  }

  onEnd(listener: (session: Session) => void): void {
    this.#listeners.add(listener);
  }

  info(session: Session): SessionInfo {
    return { number: session.number, role: session.role, endsAtWall: session.endsAt, idleMs: this.#limits.idleMs };
  }

  #requestsOf(user: string): TokenBucket {
    return this.#requests.obtain(user, () => new TokenBucket(this.#clock, requests.perSecond, requests.burst));
  }

  /** Oldest first. */
  #of(user: string): Session[] {
    return [...this.#bySession.keys()].filter((session) => session.user === user);
  }

  #endIfOver(entry: Entry): boolean {
    const now = this.#clock.now();
    const over = entry.expires && (now >= entry.session.endsAt || now - entry.activeAt >= this.#limits.idleMs);
    if (over) this.end(entry.session);
    return over;
  }
}

const key = (secret: string): string => sha256(secret).toString('base64');
