import { ScadaError } from '../../../src/core/errors.ts';
import type { PenChoice, PenStore } from '../../../src/core/trend-pens.ts';
import type {
  ApiToken,
  ApiTokenStore,
  AuditEntry,
  AuditLog,
  DisplayStore,
  SessionStore,
  StoredSession,
  User,
  UserChanges,
  UserStore,
  WallDisplay,
} from '../../../src/core/state.ts';

/** User store in memory. */
export class FakeUsers implements UserStore {
  readonly #users = new Map<string, User>();
  list(): User[] {
    return [...this.#users.values()];
  }
  find(name: string): User | undefined {
    return this.#users.get(name);
  }
  add(user: User): void {
    if (this.#users.has(user.name)) throw new Error(`user ${user.name} exists`);
    this.#users.set(user.name, user);
  }
  change(name: string, { secondFactor, ...changes }: UserChanges): void {
    const user = this.#users.get(name);
    if (user === undefined) throw new Error(`user ${name} is missing`);
    const { secondFactor: before, ...rest } = user;
    const factor = secondFactor === undefined ? before : (secondFactor ?? undefined);
    this.#users.set(name, { ...rest, ...changes, ...(factor === undefined ? {} : { secondFactor: factor }) });
  }
  remove(name: string): void {
    this.#users.delete(name);
  }
}

/** Sessions in memory. */
export class FakeSessions implements SessionStore {
  readonly #sessions = new Map<string, StoredSession>();
  list(): StoredSession[] {
    return [...this.#sessions.values()];
  }
  add(session: StoredSession): void {
    this.#sessions.set(session.secretHash, session);
  }
  touch(secretHash: string, activeAt: number): void {
    const session = this.#sessions.get(secretHash);
    if (session !== undefined) this.#sessions.set(secretHash, { ...session, activeAt });
  }
  remove(secretHash: string): void {
    this.#sessions.delete(secretHash);
  }
}

/** Wall displays in memory. */
export class FakeDisplays implements DisplayStore {
  readonly #displays = new Map<string, WallDisplay>();
  list(): WallDisplay[] {
    return [...this.#displays.values()];
  }
  add(display: WallDisplay): void {
    if (this.#displays.has(display.name)) throw new ScadaError('config', 'INPUT_INVALID', `${display.name} exists`);
    this.#displays.set(display.name, display);
  }
  remove(name: string): void {
    this.#displays.delete(name);
  }
}

/** API tokens in memory. */
export class FakeTokens implements ApiTokenStore {
  readonly #tokens = new Map<string, ApiToken>();
  list(): ApiToken[] {
    return [...this.#tokens.values()];
  }
  add(token: ApiToken): void {
    if (this.#tokens.has(token.name)) throw new ScadaError('config', 'INPUT_INVALID', `${token.name} exists`);
    this.#tokens.set(token.name, token);
  }
  use(name: string, lastUsedAt: number): void {
    const token = this.#tokens.get(name);
    if (token !== undefined) this.#tokens.set(name, { ...token, lastUsedAt });
  }
  remove(name: string): void {
    this.#tokens.delete(name);
  }
}

/** Pens in memory. */
export class FakePens implements PenStore {
  readonly #pens = new Map<string, readonly PenChoice[]>();
  of(user: string, tag: string): readonly PenChoice[] | undefined {
    return this.#pens.get(`${user} ${tag}`);
  }
  keep(user: string, tag: string, pens: readonly PenChoice[]): void {
    this.#pens.set(`${user} ${tag}`, pens);
  }
  remove(user: string, tag: string): void {
    this.#pens.delete(`${user} ${tag}`);
  }
}

/** Audit trail in memory. */
export class FakeAudit implements AuditLog {
  readonly entries: AuditEntry[] = [];
  append(entry: AuditEntry): void {
    this.entries.push(entry);
  }
  read({ from = -Infinity, to = Infinity, limit, action }: Parameters<AuditLog['read']>[0]): AuditEntry[] {
    return this.entries
      .filter(({ time }) => time >= from && time < to)
      .filter((entry) => action === undefined || entry.action === action)
      .toReversed()
      .slice(0, limit);
  }
  last(action: string): AuditEntry | undefined {
    return this.entries.findLast((entry) => entry.action === action);
  }
}
