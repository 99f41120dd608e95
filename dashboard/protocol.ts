/**
 * Every message between server and browser. Questions and acts go over HTTP (`Api`), what flows goes over one websocket
 * at `/ws` (`ClientMessage`, `ServerMessage`, value frames). Times are ms UTC in the site's time, which is plant time in
 * the lab, unless a name says `wall`. NaN travels as null, and null means nothing else: read JSON by `parseMessage`.
 *
 * A browser program that imports this file gets types of `src/core` and no code of Node; but its compiler follows them to
 * `src/core/clock.ts`, and so needs Node's types (`"types": ["node"]`) or its own declarations of what is used there.
 */
import type { Alert, AlertChange, VerdictWord } from '../src/core/alert.ts';
import type { LabStatus } from '../src/core/lab.ts';
import type { MaintenancePlace, MaintenanceWindow } from '../src/core/maintenance.ts';
import type {
  BudgetStatus,
  BaselineLine,
  ChainLink,
  DeviceStatus,
  FollowingStatus,
  ShadowStatus,
  JournalEntry,
  LearnedFrom,
  LearningStatus,
  LineRef,
  NormalBand,
  ReplayStatus,
  SimilarAlert,
  Site,
} from '../src/core/monitor.ts';
import type { Scenario } from '../src/core/scenario.ts';
import type { AuditEntry, Role } from '../src/core/state.ts';
import type { Tag } from '../src/core/tag.ts';

/** Raised with every change that an older page can not bear. */
export const protocolVersion = 1;

/** The subprotocol that a page asks for when it opens the websocket: a page of another version is told to reload. */
export const subprotocol = `scadawatch.${protocolVersion}`;

/** Why the server closed a websocket. 1006 is a broken link, as always. */
export const CloseCode = {
  /** The page shows "server stopped" and goes on trying. */
  ServerStopped: 4000,
  /** Logged out, expired, or the user was removed: back to login. */
  SessionEnded: 4001,
  /** A message did not follow this file. */
  InvalidMessage: 4002,
  TooManyMessages: 4003,
  /** The browser did not take what was sent for too long: connect again. */
  TooSlow: 4004,
  TooManyConnections: 4005,
  /** The page is older or newer than the server: reload it. */
  WrongVersion: 4006,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** Bounds that the server enforces and a page should respect. */
export const limits = {
  watchedTags: 2000,
  tagsPerPage: 1000,
  bandTags: 200,
  historyTags: 16,
  historyPoints: 5000,
  alertsPerQuery: 1000,
  auditPerQuery: 1000,
  journalPerQuery: 1000,
  acknowledgedAtOnce: 100,
  similarAlerts: 10,
  maintenanceMinutes: 43_200,
  linesPerPage: 1000,
  linesApprovedAtOnce: 100,
  noteLength: 500,
  passphraseMin: 8,
  passphraseAdvised: 15,
  passphraseMax: 256,
  /** A frame longer than this closes the websocket, bytes. */
  inboundBytes: 64 * 1024,
} as const;

// ---------------------------------------------------------------------------------------------------- websocket, JSON

export type ClientMessage =
  /** The tags on screen, by index in the run's tag list; replaces the last one. `watch` is counted up by the page. */
  | { readonly type: 'watch'; readonly watch: number; readonly tags: readonly number[] }
  /** Opens the alert stream after the last change that the page has seen; without one, from a snapshot. */
  | { readonly type: 'resume'; readonly epoch?: string | undefined; readonly sequence?: number | undefined }
  /** Lab status on each change and each second, until switched off. */
  | { readonly type: 'watch-lab'; readonly on: boolean }
  /** A person is using the page: puts off the end of an idle session. At most one a minute is needed. */
  | { readonly type: 'active' };

export type ServerMessage =
  /** First message. Another `run` than that of the page's tag list: indices are no longer valid, load the list again. */
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly run: number;
      readonly session: SessionInfo;
      readonly time: number;
    }
  | Heartbeat
  /** Texts of watched text tags: all of them after a watch, then those that changed. */
  | { readonly type: 'texts'; readonly watch: number; readonly texts: readonly { readonly tag: number; readonly text: string }[] }
  /**
   * Answer to `resume` where changes are missing (`recovered: false`): replace all alerts by those from `first` to `last`;
   * changes go on after `sequence`.
   */
  | {
      readonly type: 'alert-snapshot';
      readonly recovered: false;
      readonly epoch: string;
      readonly sequence: number;
      readonly first: boolean;
      readonly last: boolean;
      readonly alerts: readonly Alert[];
    }
  /** Changes in order without gaps. The answer to a `resume` that misses nothing is one of these, even if it is empty. */
  | { readonly type: 'alert-changes'; readonly recovered: true; readonly epoch: string; readonly changes: readonly AlertChange[] }
  | { readonly type: 'lab'; readonly status: LabStatus }
  /** A message was not obeyed; the stream goes on. */
  | { readonly type: 'refused'; readonly of: ClientMessage['type']; readonly code: ErrorBody['code']; readonly message: string };

/** At least once a second, whatever else is sent. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly time: number;
  readonly wallTime: number;
  /** `time` minus the newest receive time of any tag; NaN before the first sample. */
  readonly lagMs: number;
  /** Value frames that this page was spared because it took them too slowly. */
  readonly skipped: number;
  /** Only while a simulated plant feeds the monitor. */
  readonly lab?: { readonly speed: number; readonly exercise: boolean } | undefined;
  /** Only while a recording feeds the monitor: nothing then is live. */
  readonly replay?: ReplayStatus | undefined;
}

// ---------------------------------------------------------------------------------------------------------------- HTTP

export interface SessionInfo {
  /** Opaque, as in the audit trail. */
  readonly id: string;
  readonly role: Role;
  /** Wall time at which it ends at the latest. */
  readonly endsAtWall: number;
  /** It also ends after so long without a click, a key or an act, ms. */
  readonly idleMs: number;
}

/** What anybody may know before login. */
export interface Door {
  readonly site: string;
  readonly transport: 'loopback' | 'tls';
  /** SHA-256 of the server's certificate, colon-separated hexadecimal. */
  readonly fingerprint?: string | undefined;
  /** There is no user yet: the setup token from the console makes the first one. */
  readonly setup: boolean;
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
  /** Sessions open now. */
  readonly sessions: number;
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
  readonly learning: LearningStatus;
  /** What is out of service now because people work on it. */
  readonly maintenance: readonly MaintenanceWindow[];
  readonly dashboard: DashboardStats;
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
  /** Role that is needed, with `forbidden`. */
  readonly needs?: Role | undefined;
  /** With `locked` and `too-many`. */
  readonly retryAfterMs?: number | undefined;
}

type Query = Readonly<Record<string, string | number | readonly string[] | readonly number[] | undefined>>;
type Empty = Readonly<Record<never, never>>;
type Options<T> = { readonly [K in keyof T]?: T[K] | undefined };
type Span = Options<{ from: number; to: number; limit: number }>;
type Question<Asked extends Query, Answer> = { readonly query: Asked; readonly body: Empty; readonly answer: Answer };
type Act<Body, Answer = Empty> = { readonly query: Empty; readonly body: Body; readonly answer: Answer };

/** Every route: what is asked (in the query of a GET, in the JSON body of a POST) and what is answered, as JSON. */
export interface Api {
  'GET /api/door': Question<Empty, Door>;
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
  /** The changed detection beside the live one, where there is one. */
  'GET /api/shadow': Question<Empty, { readonly shadow?: ShadowStatus | undefined }>;
  /** What happened on devices and on the wire, newest first. */
  'GET /api/journal': Question<Options<{ device: string; limit: number }>, { readonly entries: readonly JournalEntry[] }>;

  /** Alerts raised in a span, newest first. */
  'GET /api/alerts': Question<
    Span & Options<{ area: string; tag: string; incident: string }>,
    { readonly alerts: readonly Alert[] }
  >;
  'GET /api/alert': Question<{ readonly id: string }, { readonly alert: Alert; readonly changes: readonly AlertChange[] }>;
  /** First-out first; changes of all its alerts by sequence. */
  'GET /api/incident': Question<
    { readonly id: string },
    { readonly id: string; readonly alerts: readonly Alert[]; readonly changes: readonly AlertChange[] }
  >;
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
  'POST /api/baseline/unlearn': Act<{ readonly line: LineRef; readonly reason?: string | undefined }>;

  /** Takes a part of the plant out of service while people work on it. */
  'POST /api/maintenance/begin': Act<
    { readonly place: MaintenancePlace; readonly minutes: number; readonly reason: string },
    { readonly window: MaintenanceWindow }
  >;
  'POST /api/maintenance/end': Act<{ readonly id: string }>;

  /** Newest first. */
  'GET /api/audit': Question<Span & Options<{ action: string }>, { readonly entries: readonly AuditEntry[] }>;

  'GET /api/lab': Question<Empty, { readonly status: LabStatus; readonly scenarios: readonly Scenario[] }>;
  'POST /api/lab/speed': Act<{ readonly speed: number }>;
  'POST /api/lab/start': Act<{ readonly scenario: string }>;
  'POST /api/lab/stop': Act<Empty>;
  'POST /api/lab/reset': Act<Empty>;

  'GET /api/users': Question<Empty, { readonly users: readonly UserInfo[] }>;
  'POST /api/users/add': Act<Credentials & { readonly role: Role }>;
  'POST /api/users/remove': Act<{ readonly name: string; readonly reason?: string | undefined }>;
}
export type RouteName = keyof Api;

// --------------------------------------------------------------------------------------------------------- permissions

/** Lowest role that may; `anybody` needs no session. A route or message that does not stand here does not exist. */
export type Needs = Role | 'anybody';

export const routePermissions = {
  'GET /api/door': 'anybody',
  'POST /api/setup': 'anybody',
  'POST /api/login': 'anybody',
  'POST /api/logout': 'viewer',
  'GET /api/site': 'viewer',
  'GET /api/tags': 'viewer',
  'GET /api/bands': 'viewer',
  'GET /api/history': 'viewer',
  'GET /api/health': 'viewer',
  'GET /api/detection': 'viewer',
  'GET /api/shadow': 'viewer',
  'GET /api/journal': 'viewer',
  'GET /api/alerts': 'viewer',
  'GET /api/alert': 'viewer',
  'GET /api/incident': 'viewer',
  'POST /api/alerts/acknowledge': 'operator',
  'POST /api/alerts/judge': 'operator',
  'GET /api/alerts/similar': 'viewer',
  'GET /api/baseline': 'viewer',
  'POST /api/baseline/approve': 'engineer',
  'POST /api/baseline/unlearn': 'engineer',
  'POST /api/maintenance/begin': 'operator',
  'POST /api/maintenance/end': 'operator',
  'GET /api/audit': 'engineer',
  'GET /api/lab': 'engineer',
  'POST /api/lab/speed': 'engineer',
  'POST /api/lab/start': 'engineer',
  'POST /api/lab/stop': 'engineer',
  'POST /api/lab/reset': 'engineer',
  'GET /api/users': 'admin',
  'POST /api/users/add': 'admin',
  'POST /api/users/remove': 'admin',
} as const satisfies Readonly<Record<RouteName, Needs>>;

export const messagePermissions: Readonly<Record<ClientMessage['type'], Role>> = {
  watch: 'viewer',
  resume: 'viewer',
  'watch-lab': 'engineer',
  active: 'viewer',
};

// --------------------------------------------------------------------------------------------------- websocket, binary

/**
 * Samples of watched tags, columnar, little-endian. Header of 40 bytes: u32 magic, run, watch, count, flags (bit 0:
 * snapshot), reserved; f64 time, wallTime. Then the f64 columns value, receiveTime, sourceTime, lastGood, and the u32
 * columns tag, quality. A snapshot has every tag of the watch; other frames those whose sample is another one than before.
 */
export interface ValueFrame {
  readonly run: number;
  readonly watch: number;
  readonly snapshot: boolean;
  readonly time: number;
  readonly wallTime: number;
  readonly value: Float64Array<ArrayBuffer>;
  /** NaN before the tag's first sample. */
  readonly receiveTime: Float64Array<ArrayBuffer>;
  readonly sourceTime: Float64Array<ArrayBuffer>;
  readonly lastGood: Float64Array<ArrayBuffer>;
  readonly tag: Uint32Array<ArrayBuffer>;
  readonly quality: Uint32Array<ArrayBuffer>;
}

const magic = 0x31465753;
const headerBytes = 40;
const recordBytes = 4 * 8 + 2 * 4;

function columns(buffer: ArrayBuffer, count: number) {
  const f64 = (column: number): Float64Array<ArrayBuffer> => new Float64Array(buffer, headerBytes + column * count * 8, count);
  const u32 = (column: number): Uint32Array<ArrayBuffer> =>
    new Uint32Array(buffer, headerBytes + count * (32 + column * 4), count);
  return { value: f64(0), receiveTime: f64(1), sourceTime: f64(2), lastGood: f64(3), tag: u32(0), quality: u32(1) };
}

/** Makes a frame of `count` records whose columns the caller fills in place. */
export function createValueFrame(
  header: Pick<ValueFrame, 'run' | 'watch' | 'snapshot' | 'time' | 'wallTime'>,
  count: number,
): { readonly buffer: ArrayBuffer; readonly frame: ValueFrame } {
  const buffer = new ArrayBuffer(headerBytes + count * recordBytes);
  const view = new DataView(buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, header.run, true);
  view.setUint32(8, header.watch, true);
  view.setUint32(12, count, true);
  view.setUint32(16, header.snapshot ? 1 : 0, true);
  view.setFloat64(24, header.time, true);
  view.setFloat64(32, header.wallTime, true);
  return { buffer, frame: { ...header, ...columns(buffer, count) } };
}

/** Views on the bytes of a frame, nothing is copied. @throws RangeError when they are not a whole value frame */
export function readValueFrame(buffer: ArrayBuffer): ValueFrame {
  const view = new DataView(buffer);
  if (buffer.byteLength < headerBytes || view.getUint32(0, true) !== magic) throw new RangeError('not a value frame');
  const count = view.getUint32(12, true);
  if (buffer.byteLength !== headerBytes + count * recordBytes) throw new RangeError(`value frame of ${count} records is cut`);
  return {
    run: view.getUint32(4, true),
    watch: view.getUint32(8, true),
    snapshot: (view.getUint32(16, true) & 1) === 1,
    time: view.getFloat64(24, true),
    wallTime: view.getFloat64(32, true),
    ...columns(buffer, count),
  };
}

// ------------------------------------------------------------------------------------------------------------ JSON text

/** Reads a JSON text of this protocol: null becomes NaN again. */
export function parseMessage<Message = ServerMessage>(text: string): Message {
  return JSON.parse(text, (_key, value: unknown) => (value === null ? Number.NaN : value)) as Message;
}

/** The query part of a route's address, with its question mark; lists repeat their key. */
export function queryText(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) search.append(key, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
