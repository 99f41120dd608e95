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
  /** As in the lists of sessions. */
  readonly number: number;
  readonly role: Role;
  /** Wall time at which it ends at the latest. */
  readonly endsAtWall: number;
  /** It also ends after so long without a click, a key or an act, ms. */
  readonly idleMs: number;
}

/** What anybody may know before login. */
export interface SignInInfo {
  readonly site: string;
  readonly transport: 'loopback' | 'tls';
  /** SHA-256 of the server's certificate, colon-separated hexadecimal. */
  readonly fingerprint?: string | undefined;
  /** There is no user yet: the setup token from the console makes the first one. */
  readonly setup: boolean;
  /** Set when nobody can sign in because the accounts were lost; the commands open it again. */
  readonly closed?: { readonly reason: string; readonly commands: readonly string[] } | undefined;
  /** Set when the browser is signed in. */
  readonly session?: SessionInfo | undefined;
}

export interface Credentials {
  readonly name: string;
  readonly passphrase: string;
}

export interface TagInfo extends Tag {
  /** Valid for one run. */
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
  /** Counted up since the start of the server; names the session in these lists alone. */
  readonly number: number;
  readonly openedAtWall: number;
  readonly activeAtWall: number;
  /** Address from which the user signed in. */
  readonly address: string;
  /** The session that asks. */
  readonly own: boolean;
}

/** An entry of the audit trail, for those who may read names. Exports carry the pseudonyms in the place of the names. */
export type AuditLine = Omit<AuditEntry, 'session'> & {
  readonly pseudonym?: string | undefined;
  /** Set where the object is a user. */
  readonly objectPseudonym?: string | undefined;
};

/** One's own account. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  readonly sessions: readonly OpenSession[];
}

/** Figures of the dashboard itself, for the system page. */
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
  /** What is out of service now because people work on it. */
  readonly maintenance: readonly MaintenanceWindow[];
  readonly dashboard: DashboardStats;
  /** Whether alerts, acts and audit reach the disk. */
  readonly saving: SavingStatus;
}

/** A step in the life of one of an incident's alerts: what is shown of the change. */
export interface IncidentChange extends Omit<AlertChange, 'alert'> {
  readonly alert: Pick<Alert, 'id' | 'title' | 'priority' | 'state'> & { readonly verdict?: Pick<Verdict, 'word'> | undefined };
}

export interface IncidentBody {
  readonly id: string;
  /** First-out first. An alert's findings have sentence and title, and fewer of them are listed where the incident is large. */
  readonly alerts: readonly Alert[];
  /** Alerts of the incident that are not listed: those between the first ones and the newest ones. */
  readonly omitted: number;
  /** The last steps before the sequence asked for, oldest first; updates of figures are left out. */
  readonly changes: readonly IncidentChange[];
  /** There are steps before these. */
  readonly earlier: boolean;
}

/** Body of every answer that is not 2xx. */
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
  /** Permission that is needed, with `forbidden`. */
  readonly needs?: Permission | undefined;
  /** With `locked` and `too-many`. */
  readonly retryAfterMs?: number | undefined;
}

/** What a question carries in its address. */
export type Query = Readonly<Record<string, string | number | readonly string[] | readonly number[] | undefined>>;
type Empty = Readonly<Record<never, never>>;
type Options<T> = { readonly [K in keyof T]?: T[K] | undefined };
type Span = Options<{ from: number; to: number; limit: number }>;
type Question<Asked extends Query, Answer> = { readonly query: Asked; readonly body: Empty; readonly answer: Answer };
type UserAct = { readonly name: string; readonly reason?: string | undefined };
/** `notSaved`: the act is in force, and waits in memory until the disk takes it. */
type ActAnswer = { readonly notSaved?: true };
type Act<Body, Answer = Empty> = { readonly query: Empty; readonly body: Body; readonly answer: Answer & ActAnswer };

/** Every route: what is asked (in the query of a GET, in the JSON body of a POST) and what is answered, as JSON. */
export interface Api {
  'GET /api/door': Question<Empty, SignInInfo>;
  /** Makes the administrator and signs in. */
  'POST /api/setup': Act<Credentials & { readonly token: string }, SessionInfo>;
  'POST /api/login': Act<Credentials, SessionInfo>;
  'POST /api/logout': Act<Empty>;

  'GET /api/site': Question<Empty, { readonly run: number; readonly site: Site; readonly epoch: string }>;
  /** By name, or searched in names and descriptions and narrowed; in table order. */
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
  /** Normal bands; a tag without one is left out. */
  'GET /api/bands': Question<
    { readonly tags: readonly string[] },
    { readonly bands: readonly (NormalBand & { readonly tag: string })[] }
  >;
  'GET /api/history': Question<
    { readonly tags: readonly string[]; readonly from: number; readonly to: number; readonly maxPoints?: number | undefined },
    { readonly series: readonly SeriesBody[] }
  >;
  'GET /api/health': Question<Empty, Health>;
  /** What detection promises and what it kept: of the whole plant, then of each operator position; and how its thresholds follow slow change. */
  'GET /api/detection': Question<Empty, { readonly budgets: readonly BudgetStatus[]; readonly following: FollowingStatus }>;
  /** Channels without a usable threshold, of all or of one tag: how many there are, and a page of them. */
  'GET /api/unwatched': Question<
    Options<{ tag: string; offset: number; limit: number }>,
    {
      readonly summary: string;
      readonly channels: number;
      readonly total: number;
      readonly unwatched: readonly UnwatchedChannel[];
    }
  >;
  /** The changed detection beside the live one, where there is one. */
  'GET /api/shadow': Question<Empty, { readonly shadow?: ShadowStatus | undefined }>;
  /** What happened on devices and on the wire, newest first. */
  'GET /api/journal': Question<Options<{ device: string; limit: number }>, { readonly entries: readonly JournalEntry[] }>;

  /** Alerts raised in a span, newest first. */
  'GET /api/alerts': Question<
    Span & Options<{ area: string; tag: string; incident: string }>,
    { readonly alerts: readonly Alert[] }
  >;
  /** With its last changes before a sequence, oldest first. */
  'GET /api/alert': Question<
    { readonly id: string; readonly before?: number | undefined },
    { readonly alert: Alert; readonly changes: readonly AlertChange[] }
  >;
  /** At most 100 kB: see `IncidentBody`. */
  'GET /api/incident': Question<{ readonly id: string; readonly before?: number | undefined }, IncidentBody>;
  /** The alerts as they then are arrive by the alert stream. */
  'POST /api/alerts/acknowledge': Act<
    { readonly ids: readonly string[]; readonly note?: string | undefined },
    { readonly acknowledged: readonly string[]; readonly unknown: readonly string[] }
  >;
  /** What somebody found an alert to be; the alert with its verdict arrives by the alert stream. */
  'POST /api/alerts/judge': Act<{ readonly id: string; readonly verdict: VerdictWord; readonly note?: string | undefined }>;
  /** Alerts of the past that resemble one, the most alike first. */
  'GET /api/alerts/similar': Question<{ readonly id: string }, { readonly similar: readonly SimilarAlert[] }>;

  /** What was learned of normal running, line by line: of a tag, or searched for; `undecided`: nobody has approved, edited or unlearned it. */
  'GET /api/baseline': Question<
    Options<{ tag: string; search: string; undecided: 'yes'; offset: number; limit: number }>,
    { readonly learned?: LearnedFrom | undefined; readonly total: number; readonly lines: readonly BaselineLine[] }
  >;
  'POST /api/baseline/approve': Act<{ readonly lines: readonly LineRef[]; readonly reason?: string | undefined }>;
  /** Puts numbers, by the words of the line's figures, in the place of learned ones. */
  'POST /api/baseline/edit': Act<{
    readonly line: LineRef;
    readonly figures: Readonly<Record<string, number>>;
    readonly reason?: string | undefined;
  }>;
  'POST /api/baseline/unlearn': Act<{ readonly line: LineRef; readonly reason?: string | undefined }>;

  /** Takes a part of the plant out of service while people work on it. */
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
  /** Each change ends the sessions of the user. The last administrator who may sign in stays one. */
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
