import type { Permission, Role } from '../../src/core/access.ts';
import type { Alert, AlertChange, Verdict, VerdictWord } from '../../src/core/alert.ts';
import type { LabStatus } from '../../src/core/lab.ts';
import type { MaintenancePlace, MaintenanceWindow } from '../../src/core/maintenance.ts';
import type {
  BaselineLine,
  BudgetStatus,
  ChainLink,
  DeviceStatus,
  FollowingStatus,
  JournalEntry,
  LearnedFrom,
  LearningStatus,
  LineRef,
  NormalBand,
  ShadowStatus,
  SimilarAlert,
  Site,
} from '../../src/core/monitor.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import type { UnwatchedChannel } from '../../src/core/unwatched.ts';
import type { AuditEntry, SavingStatus } from '../../src/core/state.ts';
import type { PartStatus } from '../../src/core/supervisor.ts';
import type { Tag } from '../../src/core/tag.ts';

export interface SessionInfo {
  /** Number in the lists of sessions. */
  readonly number: number;
  readonly role: Role;
  /** Wall time of its latest end. */
  readonly endsAtWall: number;
  /** Time without a click, a key or an action after which it ends, ms. */
  readonly idleMs: number;
}

/** Information for the pages before sign-in. */
export interface SignInInfo {
  readonly site: string;
  readonly transport: 'loopback' | 'tls';
  /** SHA-256 of the server's certificate, colon-separated hexadecimal. */
  readonly fingerprint?: string | undefined;
  /** True if there is no user yet: the setup token from the console creates the first one. */
  readonly setup: boolean;
  /** Set when sign-in is closed because the accounts were lost; the commands reopen it. */
  readonly closed?: { readonly reason: string; readonly commands: readonly string[] } | undefined;
  /** Set when the browser is signed in. */
  readonly session?: SessionInfo | undefined;
}

export interface Credentials {
  readonly name: string;
  readonly passphrase: string;
}

export interface TagInfo extends Tag {
  /** Valid for one run of the server. */
  readonly index: number;
}

/** One tag's history; arrays of equal length. See core `Series`. */
export interface SeriesBody {
  readonly tag: string;
  readonly spanMs: number;
  readonly time: readonly number[];
  readonly value: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly quality: readonly number[];
}

export interface UserInfo {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly disabled: boolean;
  /** Sessions open now, oldest first. */
  readonly sessions: readonly OpenSession[];
}

/** A session in the lists of sessions. Times in wall time, ms UTC. */
export interface OpenSession {
  /** Consecutive number since the start of the server, used only in these lists. */
  readonly number: number;
  readonly openedAtWall: number;
  readonly activeAtWall: number;
  /** Address from which the user signed in. */
  readonly address: string;
  /** True for the session of the request. */
  readonly own: boolean;
}

/** An entry of the audit trail, for roles that may read names. Exports contain pseudonyms instead of names. */
export type AuditLine = Omit<AuditEntry, 'session'> & {
  readonly pseudonym?: string | undefined;
  /** Set if the object is a user. */
  readonly objectPseudonym?: string | undefined;
};

/** The own account. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly sessions: readonly OpenSession[];
}

/** Counters of the dashboard, for the system page. */
export interface DashboardStats {
  readonly connections: number;
  readonly sessions: number;
  readonly framesSent: number;
  readonly framesSkipped: number;
  readonly closedForSlowness: number;
}

export interface Health {
  readonly devices: readonly DeviceStatus[];
  readonly chain: readonly ChainLink[];
  /** Supervised parts of the monitor. */
  readonly parts: readonly PartStatus[];
  readonly learning: LearningStatus;
  /** Parts of the plant that are out of service for maintenance. */
  readonly maintenance: readonly MaintenanceWindow[];
  readonly dashboard: DashboardStats;
  /** State of saving alerts, actions and audit trail. */
  readonly saving: SavingStatus;
}

/** A change of state of one of an incident's alerts, as shown. */
export interface IncidentChange extends Omit<AlertChange, 'alert'> {
  readonly alert: Pick<Alert, 'id' | 'title' | 'priority' | 'state'> & { readonly verdict?: Pick<Verdict, 'word'> | undefined };
}

export interface IncidentBody {
  readonly id: string;
  /** First-out first. Findings have only sentence and title; large incidents list fewer of them. */
  readonly alerts: readonly Alert[];
  /** Number of alerts that are not listed: those between the first and the newest ones. */
  readonly omitted: number;
  /** The last changes before the requested sequence number, oldest first, without updates of figures. */
  readonly changes: readonly IncidentChange[];
  /** True if there are earlier changes. */
  readonly earlier: boolean;
}

/** Body of every answer other than 2xx. */
export interface ErrorBody {
  readonly code:
    | 'unauthenticated'
    | 'forbidden'
    | 'invalid'
    | 'not-found'
    | 'credentials'
    | 'locked'
    | 'too-many'
    | 'conflict'
    | 'refused'
    | 'unavailable'
    | 'internal';
  readonly message: string;
  readonly hint?: string | undefined;
  /** Required permission, with `forbidden`. */
  readonly needs?: Permission | undefined;
  /** With `locked` and `too-many`. */
  readonly retryAfterMs?: number | undefined;
}

/** Query part of the address of a GET. */
export type Query = Readonly<Record<string, string | number | readonly string[] | readonly number[] | undefined>>;
type Empty = Readonly<Record<never, never>>;
type Options<T> = { readonly [K in keyof T]?: T[K] | undefined };
type Span = Options<{ from: number; to: number; limit: number }>;
type Question<Asked extends Query, Answer> = { readonly query: Asked; readonly body: Empty; readonly answer: Answer };
type UserAct = { readonly name: string; readonly reason?: string | undefined };
/** `notSaved`: the action is in effect, but not on disk yet. */
type ActAnswer = { readonly notSaved?: true };
type Act<Body, Answer = Empty> = { readonly query: Empty; readonly body: Body; readonly answer: Answer & ActAnswer };

/** All routes with their input (query of a GET, JSON body of a POST) and their JSON answer. */
export interface Api {
  'GET /api/door': Question<Empty, SignInInfo>;
  /** Creates the administrator account and signs in. */
  'POST /api/setup': Act<Credentials & { readonly token: string }, SessionInfo>;
  'POST /api/login': Act<Credentials, SessionInfo>;
  'POST /api/logout': Act<Empty>;

  'GET /api/site': Question<Empty, { readonly run: number; readonly site: Site; readonly epoch: string }>;
  /** Tags by name, or filtered by text and place; in table order. */
  'GET /api/tags': Question<
    Options<{
      names: readonly string[];
      search: string;
      area: string;
      equipment: string;
      device: string;
      offset: number;
      limit: number;
    }>,
    { readonly run: number; readonly total: number; readonly tags: readonly TagInfo[] }
  >;
  /** Normal bands; tags without one are left out. */
  'GET /api/bands': Question<
    { readonly tags: readonly string[] },
    { readonly bands: readonly (NormalBand & { readonly tag: string })[] }
  >;
  'GET /api/history': Question<
    { readonly tags: readonly string[]; readonly from: number; readonly to: number; readonly maxPoints?: number | undefined },
    { readonly series: readonly SeriesBody[] }
  >;
  'GET /api/health': Question<Empty, Health>;
  /** Alarm budgets and achieved rates of the plant and of each operator position, and thresholds that follow slow change. */
  'GET /api/detection': Question<Empty, { readonly budgets: readonly BudgetStatus[]; readonly following: FollowingStatus }>;
  /** Unwatched channels of all tags or of one: their number and a page of them. */
  'GET /api/unwatched': Question<
    Options<{ tag: string; offset: number; limit: number }>,
    {
      readonly summary: string;
      readonly channels: number;
      readonly total: number;
      readonly unwatched: readonly UnwatchedChannel[];
    }
  >;
  /** The shadow detection, if there is one. */
  'GET /api/shadow': Question<Empty, { readonly shadow?: ShadowStatus | undefined }>;
  /** Events of devices and network, newest first. */
  'GET /api/journal': Question<Options<{ device: string; limit: number }>, { readonly entries: readonly JournalEntry[] }>;

  /** Alerts raised in a span of time, newest first. */
  'GET /api/alerts': Question<
    Span & Options<{ area: string; tag: string; incident: string }>,
    { readonly alerts: readonly Alert[] }
  >;
  /** An alert with its last changes before a sequence number, oldest first. */
  'GET /api/alert': Question<
    { readonly id: string; readonly before?: number | undefined },
    { readonly alert: Alert; readonly changes: readonly AlertChange[] }
  >;
  /** At most 100 kB, see `IncidentBody`. */
  'GET /api/incident': Question<{ readonly id: string; readonly before?: number | undefined }, IncidentBody>;
  /** The changed alerts arrive by the alert stream. */
  'POST /api/alerts/acknowledge': Act<
    { readonly ids: readonly string[]; readonly note?: string | undefined },
    { readonly acknowledged: readonly string[]; readonly unknown: readonly string[] }
  >;
  /** Gives a verdict. The alert with its verdict arrives by the alert stream. */
  'POST /api/alerts/judge': Act<{ readonly id: string; readonly verdict: VerdictWord; readonly note?: string | undefined }>;
  /** Past alerts similar to one, the most similar first. */
  'GET /api/alerts/similar': Question<{ readonly id: string }, { readonly similar: readonly SimilarAlert[] }>;

  /** Baseline entries, of a tag or by text. `undecided`: only entries that are not approved, edited or unlearned. */
  'GET /api/baseline': Question<
    Options<{ tag: string; search: string; undecided: 'yes'; offset: number; limit: number }>,
    { readonly learned?: LearnedFrom | undefined; readonly total: number; readonly lines: readonly BaselineLine[] }
  >;
  'POST /api/baseline/approve': Act<{ readonly lines: readonly LineRef[]; readonly reason?: string | undefined }>;
  /** Replaces learned figures, by their names. */
  'POST /api/baseline/edit': Act<{
    readonly line: LineRef;
    readonly figures: Readonly<Record<string, number>>;
    readonly reason?: string | undefined;
  }>;
  'POST /api/baseline/unlearn': Act<{ readonly line: LineRef; readonly reason?: string | undefined }>;

  /** Takes a part of the plant out of service for maintenance. */
  'POST /api/maintenance/begin': Act<
    { readonly place: MaintenancePlace; readonly minutes: number; readonly reason: string },
    { readonly window: MaintenanceWindow }
  >;
  'POST /api/maintenance/end': Act<{ readonly id: string }>;

  /** Newest first. */
  'GET /api/audit': Question<Span & Options<{ action: string }>, { readonly entries: readonly AuditLine[] }>;

  'GET /api/lab': Question<Empty, { readonly status: LabStatus; readonly scenarios: readonly Scenario[] }>;
  'POST /api/lab/speed': Act<{ readonly speed: number }>;
  'POST /api/lab/start': Act<{ readonly scenario: string }>;
  'POST /api/lab/stop': Act<Empty>;
  'POST /api/lab/reset': Act<Empty>;

  'GET /api/users': Question<Empty, { readonly users: readonly UserInfo[] }>;
  'POST /api/users/add': Act<Credentials & { readonly role: Role }>;
  /** Each change ends the sessions of the user. The last active administrator cannot be changed. */
  'POST /api/users/role': Act<UserAct & { readonly role: Role }>;
  'POST /api/users/passphrase': Act<UserAct & { readonly passphrase: string }>;
  'POST /api/users/disable': Act<UserAct>;
  'POST /api/users/enable': Act<UserAct>;
  'POST /api/users/remove': Act<UserAct>;
  'POST /api/users/end-session': Act<{ readonly session: number }>;

  'GET /api/account': Question<Empty, { readonly account: Account }>;
  /** Ends the other sessions of the user. */
  'POST /api/account/passphrase': Act<{ readonly current: string; readonly passphrase: string }>;
  'POST /api/account/end-session': Act<{ readonly session: number }>;
}
export type RouteName = keyof Api;
