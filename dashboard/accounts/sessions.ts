import { randomBytes } from 'node:crypto';
import type { Clock } from '../../src/core/clock.ts';
import { Lasting } from '../../src/core/lasting.ts';
import type { Role } from '../../src/core/access.ts';
import { federatedPerson, personOf } from '../../src/core/person.ts';
import type { SessionStore, StoredSession, User } from '../../src/core/state.ts';
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
  /** Identity of the person. @see Actor */
  readonly person: string;
  readonly role: Role;
  readonly address: string;
  readonly openedAt: number;
  /** Wall time, ms UTC. */
  readonly endsAt: number;
  /** Shared by all sessions of the person. */
  readonly requests: TokenBucket;
  /** Settings of the identity provider that has named the user, as a hash; undefined for a local account. */
  readonly provider?: string | undefined;
  /** Set for an API token: the groups of routes that it may use, and if it still exists. */
  readonly token?: { readonly groups: readonly string[]; readonly isValid: () => boolean };
}

interface Entry {
  readonly session: Session;
  /** False for a wall display, whose session ends only by revocation or with the server, and is not stored: its browser opens it again. */
  readonly expires: boolean;
  readonly hash: string;
  activeAt: number;
  /** Last activity as stored. */
  storedAt: number;
  readonly lasts: Lasting;
  readonly idle: Lasting;
}

/** A user as an identity provider has named it. */
export interface FederatedUser {
  readonly subject: string;
  readonly issuer: string;
  /** Name for lists and the audit trail. It can change. */
  readonly user: string;
  readonly role: Role;
  readonly provider: string;
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

export interface SessionsOptions {
  /** Wall clock. */
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly store: SessionStore;
  /** True if a session of an earlier run goes on: its account is there as it was, and the identity provider is configured as it was. */
  readonly isValid: (stored: StoredSession) => boolean;
}

/** The last activity is stored at most this often, ms. */
const activityStoredEveryMs = 60_000;
/** Largest number of sessions of one person. A new one beyond it ends the oldest. */
const perUser = 16;
/** Requests by HTTP of one person, in all sessions together. */
const requests = { perSecond: 100, burst: 400, remembered: 10_000 };

/** End of a session that does not expire: the last instant of the year 9999. */
const never = 253_402_300_799_999;

/** Name of a wall display as a user. The name of a user contains no space. */
export const displayUser = (name: string): string => `display ${name}`;

/** Open sessions. Secrets are 256 random bits; only their hashes are kept. Those of people continue after a restart. */
export class Sessions {
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #store: SessionStore;
  readonly #byHash = new Map<string, Entry>();
  readonly #bySession = new Map<Session, Entry>();
  readonly #requests = new Lru<string, TokenBucket>(2 * requests.remembered);
  readonly #listeners = new Set<(session: Session) => void>();
  #opened = 0;

  constructor({ clock, limits, store, isValid }: SessionsOptions) {
    this.#clock = clock;
    this.#limits = limits;
    this.#store = store;
    for (const stored of store.list()) {
      if (isValid(stored)) this.#restore(stored);
      else store.remove(stored.secretHash);
    }
    this.sweep();
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** Opens a session. Returns its secret once, for the cookie. */
  open(user: User, address: string): Opened {
    const { name, role } = user;
    return this.#open({ user: name, person: personOf(user), role, address }, true);
  }

  /** Opens the session of a wall display, which can only view. */
  openDisplay(name: string, address: string): Opened {
    const user = displayUser(name);
    return this.#open({ user, person: user, role: 'viewer', address }, false);
  }

  /** Opens the session of a user that an identity provider has named. */
  openFederated({ user, role, provider, ...identity }: FederatedUser, address: string): Opened {
    return this.#open({ user, person: federatedPerson(identity), role, address, provider }, true);
  }

  #open(named: Pick<Session, 'user' | 'person' | 'role' | 'address' | 'provider'>, expires: boolean): Opened {
    for (const oldest of this.#of(named.person).slice(0, 1 - perUser)) this.end(oldest);
    const secret = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const session: Session = {
      id: `s-${randomBytes(6).toString('hex')}`,
      number: ++this.#opened,
      ...named,
      openedAt: now,
      endsAt: expires ? now + this.#limits.absoluteMs : never,
      requests: this.#requestsOf(named.person),
    };
    const entry = { session, expires, hash: key(secret), activeAt: now, storedAt: now, ...watches() };
    if (expires) this.#store.add(storedOf(entry));
    this.#keep(entry);
    this.#isOver(entry);
    return { session, secret };
  }

  #restore({ secretHash: hash, activeAt, ...stored }: StoredSession): void {
    // a shorter limit of the configuration counts at once
    const endsAt = Math.min(stored.endsAt, stored.openedAt + this.#limits.absoluteMs);
    const session = { ...stored, endsAt, number: ++this.#opened, requests: this.#requestsOf(stored.person) };
    this.#keep({ session, expires: true, hash, activeAt, storedAt: activeAt, ...watches() });
  }

  #keep(entry: Entry): void {
    this.#byHash.set(entry.hash, entry);
    this.#bySession.set(entry.session, entry);
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
    if (entry === undefined) return;
    entry.activeAt = this.#clock.now();
    // the first look, from which the idle time counts
    this.#isOver(entry);
    if (!entry.expires || Math.abs(entry.activeAt - entry.storedAt) < activityStoredEveryMs) return;
    entry.storedAt = entry.activeAt;
    this.#store.touch(entry.hash, entry.activeAt);
  }

  /** Open sessions of a person, oldest first, with a mark on `own`. */
  listOf(person: string, own: Session): readonly OpenSession[] {
    return this.#of(person).map((session) => ({
      number: session.number,
      openedAtWall: session.openedAt,
      activeAtWall: this.#bySession.get(session)?.activeAt ?? session.openedAt,
      address: session.address,
      own: session === own,
    }));
  }

  /** Open sessions of users of an identity provider, oldest first. */
  federated(): readonly Session[] {
    return [...this.#bySession.keys()].filter(({ provider }) => provider !== undefined);
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
    if (entry.expires) this.#store.remove(entry.hash);
    for (const listener of this.#listeners) listener(session);
  }

  /** Ends the sessions of a person except one. */
  endAllOf(person: string, except?: Session): void {
    for (const session of this.#of(person)) if (session !== except) this.end(session);
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

  #requestsOf(person: string): TokenBucket {
    return this.#requests.obtain(person, () => new TokenBucket(this.#clock, requests.perSecond, requests.burst));
  }

  /** Oldest first. */
  #of(person: string): Session[] {
    return [...this.#bySession.keys()].filter((session) => session.person === person);
  }

  #endIfOver(entry: Entry): boolean {
    const over = entry.expires && this.#isOver(entry);
    if (over) this.end(entry.session);
    return over;
  }

  #isOver({ session, activeAt, lasts, idle }: Entry): boolean {
    const isIdle = idle.isOver(activeAt, activeAt + this.#limits.idleMs, this.#clock);
    return lasts.isOver(session.openedAt, session.endsAt, this.#clock) || isIdle;
  }
}

/** Neither the end of a session nor its idle time follows a step of the clock. */
const watches = (): Pick<Entry, 'lasts' | 'idle'> => ({ lasts: new Lasting(), idle: new Lasting() });

function storedOf({ session, hash, activeAt }: Entry): StoredSession {
  const { id, user, person, role, address, openedAt, endsAt, provider } = session;
  return {
    secretHash: hash,
    id,
    user,
    person,
    role,
    address,
    openedAt,
    endsAt,
    ...(provider === undefined ? {} : { provider }),
    activeAt,
  };
}

const key = (secret: string): string => sha256(secret).toString('base64');
