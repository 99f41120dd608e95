import type { Role } from './access.ts';
import type { AlarmRecordVersion } from './alarm-record.ts';
import type { Alert, AlertChange, VerdictWord } from './alert.ts';
import type { ApprovalRequest } from './approvals.ts';
import type { Json } from './detector.ts';
import type { Handover, HandoverHeading, ShiftNote, Signature } from './handover.ts';
import type { Annotation, AnnotationPage } from './annotation.ts';
import type { MaintenancePlan, MaintenanceWindow } from './maintenance.ts';
import type { MinorFinding } from './minor.ts';
import type { AlertLife } from './report.ts';
import type { PenStore } from './trend-pens.ts';

export interface User {
  /** Random, made with the account and never used again; absent in accounts of earlier versions. @see personOf */
  readonly id?: string | undefined;
  readonly name: string;
  readonly role: Role;
  /** PHC string of argon2id. */
  readonly passphraseHash: string;
  readonly createdAt: number;
  /** Disabled users remain stored but cannot sign in. */
  readonly disabled: boolean;
  /** Absent if the user signs in by the passphrase alone. */
  readonly secondFactor?: SecondFactor | undefined;
}

/** Time-based codes of a user (RFC 6238). */
export interface SecondFactor {
  /** Key, encrypted with the secret of the data directory. */
  readonly key: string;
  /** Number of the last accepted step of 30 s. Its code and earlier ones are not accepted again. */
  readonly lastStep: number;
  /** SHA-256 of the unused recovery codes, base64. */
  readonly recovery: readonly string[];
}

/** Reason why sign-in is closed, and the commands that open it. */
export interface SignInClosed {
  readonly reason: string;
  readonly commands: readonly string[];
}

/** An entry of the audit trail: the change and its actor. */
export interface AuditEntry {
  /** Number of a stored entry, ascending; only in answers to a query with `after`. */
  readonly id?: number | undefined;
  readonly time: number;
  readonly role: string;
  /** Id of the session. It never leaves the server. */
  readonly session?: string | undefined;
  /** Name of the user, or of the system account for the console. Absent for the monitor and in entries of earlier versions. */
  readonly user?: string | undefined;
  /** Identity of the person. @see Actor */
  readonly person?: string | undefined;
  /** Address of a sign-in. */
  readonly address?: string | undefined;
  /** Verb and kind, e.g. `alert.acknowledged`, `user.created`, `config.loaded`. */
  readonly action: string;
  readonly object: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly reason?: string | undefined;
}

export interface AlertQuery {
  /** ms UTC of `raisedAt`: from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly area?: string | undefined;
  readonly tag?: string | undefined;
  readonly incident?: string | undefined;
  readonly limit: number;
}

/** At most `limit` changes: the newest before the sequence `before`. */
export interface ChangePage {
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Anomalies of one area with one verdict, or without a verdict. */
export interface AnomalyCount {
  readonly area: string;
  readonly verdict?: VerdictWord | undefined;
  readonly count: number;
}

/** Changes that a start reads, for readers of the alert stream that reconnect. */
export const recentChanges = 500;

/**
 * Result of a read of state.db. A command reads at once. A running monitor asks the process that owns the database: the promise rejects with
 * STATE_UNAVAILABLE if that does not answer in time. Methods without it read memory.
 */
export type Awaitable<T> = T | Promise<T>;

export interface AlertStore {
  /** Alerts that are not in state A, the number of the last change, and the last changes, oldest first, at most `recentChanges`. */
  open(): { readonly alerts: Alert[]; readonly sequence: number; readonly recent: AlertChange[] };
  get(id: string): Awaitable<Alert | undefined>;
  /**
   * Stores the change, the resulting alert and, unless it is a mere update, an audit entry in one transaction.
   * @throws if the sequence is not the next
   */
  append(change: AlertChange): void;
  /** Changes after a sequence, in order; at most `limit`. */
  changesAfter(sequence: number, limit: number): Awaitable<AlertChange[]>;
  /** The last changes of an alert before a sequence, oldest first; all changes without a page. */
  changesOf(id: string, page?: ChangePage): Awaitable<AlertChange[]>;
  /** The last changes of all alerts of an incident before a sequence, oldest first, without mere updates. */
  actsOf(incident: string, page: ChangePage): Awaitable<AlertChange[]>;
  /** Newest first. */
  find(query: AlertQuery): Awaitable<Alert[]>;
  /**
   * Ids of alerts that were open in a span, from inclusive, to exclusive: at most `limit`, the first raised first. It and `lives` read
   * only the disk: see `StateSaving.settled`.
   */
  idsDuring(from: number, to: number, limit: number): Awaitable<string[]>;
  /** Alerts with their changes of state before a time, for key figures. */
  lives(ids: readonly string[], before: number): Awaitable<AlertLife[]>;
  /** Number of anomalies raised since a time, by area and verdict, without those out of service. */
  countAnomalies(from: number): Awaitable<AnomalyCount[]>;
}

export interface AuditQuery {
  readonly from?: number;
  readonly to?: number;
  readonly action?: string;
  readonly limit: number;
  /** Set for entries on disk with their numbers: those after this number, oldest first; `newest` for the last ones, newest first. */
  readonly after?: number | 'newest';
}

export interface AuditLog {
  append(entry: AuditEntry): void;
  /** Newest first, unless `after` is a number. */
  read(query: AuditQuery): Awaitable<AuditEntry[]>;
  /** The newest entry of an action. */
  last(action: string): AuditEntry | undefined;
}

/** New values of a user; null removes the second factor. */
export type UserChanges = Partial<Pick<User, 'role' | 'passphraseHash' | 'disabled'>> & {
  readonly secondFactor?: SecondFactor | null;
};

export interface UserStore {
  list(): User[];
  find(name: string): User | undefined;
  /** @throws if the name is taken */
  add(user: User): void;
  /** @throws if the user does not exist */
  change(name: string, changes: UserChanges): void;
  remove(name: string): void;
}

/** A screen on a wall. Its token opens a session that can view, has no idle end, and can do nothing else. */
export interface WallDisplay {
  readonly name: string;
  /** SHA-256 of the token, base64. */
  readonly tokenHash: string;
  readonly createdAt: number;
}

export interface DisplayStore {
  list(): WallDisplay[];
  /** @throws if the name is taken */
  add(display: WallDisplay): void;
  remove(name: string): void;
}

/** A token of a program: its rights, without the token itself. Times in wall time, ms UTC. */
export interface ApiToken {
  readonly name: string;
  /** SHA-256 of the token, base64. */
  readonly tokenHash: string;
  readonly role: Role;
  /** Groups of routes of the HTTP API that it may use. */
  readonly groups: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string;
  /** Identity of the person who created it; absent for tokens of earlier versions. */
  readonly person?: string | undefined;
  readonly expiresAt: number;
  readonly lastUsedAt?: number | undefined;
}

export interface ApiTokenStore {
  /** By name. */
  list(): ApiToken[];
  /** @throws if the name is taken */
  add(token: ApiToken): void;
  /** Sets the time of the last use. */
  use(name: string, at: number): void;
  remove(name: string): void;
}

/** A signed-in browser, as it is kept over a restart. Times in wall time, ms UTC. */
export interface StoredSession {
  /** SHA-256 of the secret, base64. */
  readonly secretHash: string;
  readonly id: string;
  readonly user: string;
  readonly person: string;
  readonly role: Role;
  readonly address: string;
  readonly openedAt: number;
  readonly endsAt: number;
  /** Settings of the identity provider that named the user, as a hash; absent for a local account. */
  readonly provider?: string | undefined;
  /** Last activity, to the minute. */
  readonly activeAt: number;
}

export interface SessionStore {
  /** First opened first. */
  list(): StoredSession[];
  add(session: StoredSession): void;
  /** Sets the time of the last activity. */
  touch(secretHash: string, at: number): void;
  remove(secretHash: string): void;
}

export interface StoredBaseline {
  readonly name: string;
  readonly version: number;
  readonly createdAt: number;
  /** Source of learning, as text. */
  readonly source: string;
  /** null if the stored row is not JSON. */
  readonly content: Json;
}

export interface BaselineStore {
  /** The newest version under a name. */
  latest(name: string): StoredBaseline | undefined;
  /** Adds the next version and returns its number. */
  add(baseline: Omit<StoredBaseline, 'version'>): number;
}

export interface MaintenanceStore {
  add(window: MaintenanceWindow): void;
  /** Sets the end of a window, ms UTC. */
  end(id: string, at: number): void;
  /** Windows that overlap a span, sorted by end. */
  during(from: number, to: number): MaintenanceWindow[];
  /** In the order of their ids. */
  plans(): MaintenancePlan[];
  /** Adds a plan or replaces it. */
  savePlan(plan: MaintenancePlan): void;
  removePlan(id: string): void;
}

/** Ended minor findings that overlap a span, ms UTC: from exclusive, to exclusive. */
export interface MinorQuery {
  readonly from: number;
  readonly to?: number | undefined;
  /** Only those of these equipments. */
  readonly equipment?: readonly string[] | undefined;
  readonly limit: number;
}

/** Limits of stored minor findings that have ended. */
export interface MinorLimits {
  /** Those that ended earlier are removed, ms UTC. */
  readonly before: number;
  /** Then the oldest are removed until the rest needs no more bytes. */
  readonly bytes: number;
}

export interface ApprovalStore {
  add(request: ApprovalRequest): void;
  remove(id: string): void;
  /** Oldest first. */
  list(): ApprovalRequest[];
}

export interface MinorStore {
  /** Those that have not ended. */
  open(): MinorFinding[];
  /** Adds a minor finding or replaces it. */
  save(finding: MinorFinding): void;
  /** Last ended first. */
  ended(query: MinorQuery): Awaitable<MinorFinding[]>;
  trim(limits: MinorLimits): void;
}

export interface ShiftStore {
  addNote(note: ShiftNote): void;
  /** Notes after a time, ms UTC, newest first. */
  notes(after: number, limit: number): Awaitable<ShiftNote[]>;
  addHandover(handover: Handover): void;
  /** Adds the signature of the next shift. @throws if there is one */
  takeOver(id: string, incoming: Signature): void;
  /** Newest first. */
  handovers(limit: number): Awaitable<HandoverHeading[]>;
  handover(id: string): Awaitable<Handover | undefined>;
}

export interface AnnotationStore {
  /** Adds an annotation. Removes the one that was written first if more than `annotationLimits.kept` are stored. */
  add(annotation: Annotation): void;
  remove(id: string): void;
  get(id: string): Annotation | undefined;
  /** @param from ms UTC, inclusive @param to ms UTC, exclusive */
  during(from: number, to: number): AnnotationPage;
}

/** Writing methods of an act that takes effect only when it is on disk. */
export interface KeptStores {
  readonly annotations: Pick<AnnotationStore, 'add' | 'remove'>;
  readonly approvals: Pick<ApprovalStore, 'add' | 'remove'>;
  readonly baselines: { add(baseline: Omit<StoredBaseline, 'version'>): void };
  readonly maintenance: Pick<MaintenanceStore, 'savePlan' | 'removePlan'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/**
 * Writes what `act` calls, all or nothing, before it shows in the stores.
 * @throws ScadaError STATE_UNAVAILABLE if it is not on disk
 */
export type KeepAct = (act: (stores: KeptStores) => void) => Promise<void>;

export interface AlarmRecordStore {
  /** Adds versions in one transaction. @throws if one of them exists */
  append(versions: readonly AlarmRecordVersion[]): void;
  /** By record, oldest version first. */
  all(): AlarmRecordVersion[];
}

/** State of the writes to the state store, for the health page and the supervisor. */
export interface SavingStatus {
  /** `temporary`: writes succeed, and are lost at the end of this run. */
  readonly state: 'ok' | 'failing' | 'temporary';
  /** Begin of the present state, ms UTC of the machine's clock; NaN if `ok`. */
  readonly since: number;
  /** Reason why the last write failed or writes are lost; empty if everything is saved. */
  readonly reason: string;
  /** Number of waiting writes, and its limit. */
  readonly pending: number;
  readonly bound: number;
}

/** Progress of the writes of a state store. */
export interface StateSaving {
  /** Sequence of the last alert change that is on disk. */
  readonly savedSequence: number;
  status(): SavingStatus;
  /** Resolves when every earlier write is on disk (true), or when writes wait or will be lost (false). Never rejects. */
  settled(): Promise<boolean>;
  /**
   * Calls the listener when `savedSequence` or the state of `status()` has changed.
   * @returns function that ends the subscription
   */
  subscribe(listener: () => void): () => void;
}

/** For a store whose methods return after the write is on disk. */
export const savedAtOnce: StateSaving = {
  savedSequence: Infinity,
  status: () => ({ state: 'ok', since: Number.NaN, reason: '', pending: 0, bound: 0 }),
  settled: async () => true,
  subscribe: () => () => {},
};

/**
 * Alerts, audit, users, sessions, wall displays, API tokens, baselines, maintenance windows, minor findings, notes and handovers of shifts, alarm
 * records, requests for a second person, annotations, and pens of trends. They survive kill -9 and power loss once they
 * are on disk. `saving` reports
 * the progress of writes; reads always include
 * waiting writes.
 */
export interface StateStore extends Disposable {
  /** Random id of the store, created with it; part of the epoch of the alert stream. */
  readonly id: string;
  readonly alerts: AlertStore;
  readonly audit: AuditLog;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly displays: DisplayStore;
  readonly apiTokens: ApiTokenStore;
  readonly baselines: BaselineStore;
  readonly maintenance: MaintenanceStore;
  readonly minor: MinorStore;
  readonly shifts: ShiftStore;
  readonly alarmRecords: AlarmRecordStore;
  readonly approvals: ApprovalStore;
  readonly annotations: AnnotationStore;
  readonly pens: PenStore;
  readonly keep: KeepAct;
  readonly saving: StateSaving;
}

/** A store that reads the disk at once. */
type Direct<Store> = {
  readonly [Key in keyof Store]: Store[Key] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Exclude<Result, Promise<unknown>>
    : Store[Key];
};

/** The state store of a command: every method returns when it has read or written the disk. */
export type DirectStateStore = Omit<StateStore, 'alerts' | 'audit' | 'minor' | 'shifts'> & {
  readonly alerts: Direct<AlertStore>;
  readonly audit: Direct<AuditLog>;
  readonly minor: Direct<MinorStore>;
  readonly shifts: Direct<ShiftStore>;
};
