import type { AssetInventory } from './asset.ts';
import type { AlarmRecordControl } from './alarm-record.ts';
import type { Actor, Alert, AlertChange, ShelfRequest, Triage, VerdictWord } from './alert.ts';
import type { AnnotationControl } from './annotation.ts';
import type { ConfigurationControl } from './changed-configuration.ts';
import type { Clock } from './clock.ts';
import type { DetectionLimitStatus } from './detection-limits.ts';
import type { FeedStatus } from './feed.ts';
import type { Explanation } from './finding.ts';
import type { ShiftControl } from './handover.ts';
import type { HistoryRange, Series } from './historian.ts';
import type { LabControl } from './lab.ts';
import type { LineRef } from './line-ref.ts';
import type { MaintenanceControl } from './maintenance.ts';
import type { Mimic } from './mimic.ts';
import type { MinorFinding } from './minor.ts';
import type { DeviceHealthEvent, DeviceState, Event } from './observation.ts';
import type { QueueStats } from './queue.ts';
import type { AlertQuery, Awaitable, ChangePage, MinorQuery } from './state.ts';
import type { PrintedDocument } from './printed.ts';
import type { ReferenceControl } from './reference.ts';
import type { ReportQuery } from './report.ts';
import type { PartStatus } from './supervisor.ts';
import type { TagTable } from './tag.ts';
import type { RaisedTo, ThresholdReview } from './threshold-raise.ts';
import type { FoundPackets, PacketQuery } from './packets.ts';
import type { Traffic, TrafficQuery } from './traffic.ts';
import type { UnwatchedStatus } from './unwatched.ts';

export interface Equipment {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Ids of equipment that supplies or drives it; absent if nothing is stated. */
  readonly dependsOn?: readonly string[] | undefined;
}

export interface Area {
  readonly id: string;
  readonly name: string;
  readonly equipment: readonly Equipment[];
  /** Tag names of the level-1 indicators, at most four. */
  readonly indicators: readonly string[];
}

/** An operator position: its areas and its alarm budget. */
export interface Position {
  readonly name: string;
  /** Area ids. An area belongs to at most one position. */
  readonly areas: readonly string[];
  /** Accepted new alerts of its areas per day of normal operation. */
  readonly budgetPerDay: number;
}

export interface Site {
  readonly name: string;
  /** IANA name of the site's time zone. */
  readonly timeZone: string;
  readonly areas: readonly Area[];
  /** Empty if the plant has no operator positions. */
  readonly positions: readonly Position[];
  /** Longest time for which an operator can shelve an alert, ms; one shift if absent. */
  readonly shelvingMs?: number | undefined;
  /** True if another user must approve acts that reduce protection. */
  readonly secondPerson?: boolean | undefined;
  /** Tag of the overview's key trend. */
  readonly keyTrend?: string | undefined;
}

/** Last sample of every tag in `TagTable` order. Shared memory; only ingest writes it. */
export interface LatestValues {
  readonly value: Float64Array;
  readonly quality: Uint32Array;
  /** ms UTC, NaN before the first sample. */
  readonly sourceTime: Float64Array;
  readonly receiveTime: Float64Array;
  /** Last good value; NaN before the first. */
  readonly lastGood: Float64Array;
  /** Last text of a text tag. */
  text(tag: number): string | undefined;
}

export interface DeviceStatus {
  readonly name: string;
  readonly type: string;
  /** Host and port, never a secret. */
  readonly address: string;
  readonly state: DeviceState;
  readonly since: number;
  readonly reason: string;
  readonly tags: number;
  readonly identity: Readonly<Record<string, string>>;
  readonly health?: DeviceHealthEvent | undefined;
}

/** Recording that feeds the monitor instead of devices, and its speed. */
export interface ReplayStatus {
  /** Names of the files. */
  readonly source: string;
  /** Recorded seconds per second; 0 when the recording has ended. */
  readonly speed: number;
}

/** Event of a device, of the network or of the monitor's clock, for the system page. */
export interface JournalEntry {
  /** Ascending within one run. */
  readonly number: number;
  /** First and last occurrence in stream time, ms UTC. */
  readonly time: number;
  readonly lastTime: number;
  readonly count: number;
  readonly device: string;
  readonly kind: Event['type'];
  readonly text: string;
}

/** Present normal band of a tag, for indicators and trends. */
export interface NormalBand {
  readonly low: number;
  readonly high: number;
}

/** Detection without a baseline. */
export interface Watching {
  /** Kinds of detectors whose rules need no learning. */
  readonly rules: readonly string[];
  /**
   * Kinds that learn online from the first sample on. `samples` and `ms` are the samples and time of a tag before it is judged.
   */
  readonly learning: readonly { readonly kind: string; readonly samples?: number; readonly ms?: number }[];
}

/** `learning` until a baseline exists, `ready` afterwards; `unlearned` if there is no baseline and none is being learned. */
export interface LearningStatus {
  readonly state: 'learning' | 'ready' | 'unlearned';
  /** 0–1 */
  readonly progress: number;
  readonly text: string;
  /** The alarm budget, alerts per day; `promised` if the calibration can promise it. */
  readonly budgetPerDay: number;
  readonly promise: string;
  /** Absent if there is a baseline. */
  readonly watching?: Watching;
}

/** Decision of a person about a baseline entry: role, time and reason, if given. */
export interface LineMark {
  readonly by: string;
  readonly at: number;
  readonly reason?: string | undefined;
}

/** A baseline entry with the decisions of people about it. */
export interface BaselineLine extends LineRef {
  /** Names of the channel's tags. */
  readonly tags: readonly string[];
  /** Unit of the numeric figures. */
  readonly unit: string;
  /** Figures in use: edited figures replace learned ones. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Names of the figures that a person may edit. */
  readonly editable: readonly string[];
  /** Number of learned samples, or vectors for the entry of a group; undefined if they are not counted. */
  readonly samples?: number | undefined;
  /** Set if decisions take effect with the next calibration. */
  readonly later?: true;
  /**
   * Set if unlearning makes the learned fact new, so that its next occurrence is a finding. Otherwise the channel is no longer
   * judged.
   */
  readonly forgets?: true;
  /** Surprise at which a finding begins; 1 is the edge of the learned range. Undefined if no finding can begin. */
  readonly threshold?: number | undefined;
  /** Fraction by which slow change has raised the threshold, and since when. */
  readonly followed?: { readonly since: number; readonly by: number } | undefined;
  readonly raised?: (LineMark & RaisedTo) | undefined;
  readonly approved?: LineMark | undefined;
  /** Contains the replaced learned figures. */
  readonly edited?: (LineMark & { readonly was: Readonly<Record<string, number>> }) | undefined;
  /** Set if the detector no longer judges the channel, or has forgotten the entry. */
  readonly unlearned?: LineMark | undefined;
}

/** Origin of the entries: version, time of learning, source. */
export interface LearnedFrom {
  readonly version: number;
  readonly at: number;
  readonly from: string;
}

/** The baseline for review. The audit trail records every act. */
export interface BaselineReview extends ThresholdReview {
  /** Undefined without a baseline. */
  learned(): LearnedFrom | undefined;
  lines(): readonly BaselineLine[];
  /** Approves entries, and undoes unlearning. @throws ScadaError INPUT_INVALID for an unknown entry */
  approve(lines: readonly LineRef[], by: Actor, reason?: string): Promise<void>;
  /** Uses figures of a person from now on. @throws ScadaError INPUT_INVALID for invalid or unchanged figures */
  edit(line: LineRef, figures: Readonly<Record<string, number>>, by: Actor, reason?: string): Promise<void>;
  /** From now on, the detector does not judge the channel, or has forgotten the entry. @throws ScadaError INPUT_INVALID */
  unlearn(line: LineRef, by: Actor, reason?: string): Promise<void>;
}

/** Achieved alert rate over a period that ends now. */
export interface AchievedSpan {
  readonly days: number;
  /** Days of the period with the present thresholds; 0 before the first calibration. */
  readonly coveredDays: number;
  /** Anomalies raised in it, except those with the verdict true or expected. */
  readonly raised: number;
  /** Those of them without a verdict. */
  readonly unjudged: number;
}

/** Alarm budget of the plant or of one operator position, and the achieved rate. */
export interface BudgetStatus {
  /** Empty for the whole plant. */
  readonly position: string;
  readonly budgetPerDay: number;
  readonly promised: boolean;
  /** The promise in one sentence, or the reason why there is none. */
  readonly text: string;
  /** Rates of the last 1, 7 and 30 days. */
  readonly achieved: readonly AchievedSpan[];
}

/** A threshold that differs from its calibrated value because normal operation has slowly changed. */
export interface FollowedThreshold {
  readonly detector: string;
  readonly channel: string;
  /** ms UTC */
  readonly since: number;
  /** Increase as a fraction of the calibrated threshold. */
  readonly by: number;
}

/** Following of slow change by thresholds: largest and present change. */
export interface FollowingStatus {
  /** Fraction of the calibrated threshold. */
  readonly mostPerDay: number;
  readonly most: number;
  readonly thresholds: readonly FollowedThreshold[];
}

/**
 * The alert stream, numbered without gaps within an epoch. The epoch changes when changes are published before they are on disk.
 */
export interface AlertFeed {
  readonly epoch: string;
  /** Sequence of the last published change. */
  readonly sequence: number;
  /** Highest sequence on disk; not less than `sequence` while the store works. */
  readonly savedSequence: number;
  open(): readonly Alert[];
  /** An alert in memory: open, closed a short time ago, or read before. */
  get(id: string): Alert | undefined;
  /** Reads any alert. Acts on it can follow in the same turn of the event loop. */
  read(id: string): Promise<Alert | undefined>;
  /**
   * The first changes after `sequence`, from memory. Undefined if they are not there or the first of them is over a day old; the reader
   * then needs a snapshot.
   */
  changesAfter(sequence: number, limit: number): readonly AlertChange[] | undefined;
  /** The last changes of an alert before a sequence, oldest first. */
  changesOf(id: string, page: ChangePage): Awaitable<readonly AlertChange[]>;
  /** The same of all alerts of an incident, without mere updates. */
  actsOf(incident: string, page: ChangePage): Awaitable<readonly AlertChange[]>;
  find(query: AlertQuery): Awaitable<readonly Alert[]>;
  /**
   * Calls the listener with each change once it is stored, or at once while the store fails.
   * @returns function that ends the subscription
   */
  subscribe(listener: (change: AlertChange) => void): () => void;
  /** Calls the listener when `savedSequence` has changed. @returns function that ends the subscription */
  onSaved(listener: () => void): () => void;
  /**
   * Acknowledges an alert; no effect if it needs no acknowledgement. As for the other acts, an alert that is not in memory must be read first.
   * @throws RangeError for an unknown alert
   */
  acknowledge(id: string, by: Actor, note?: string): void;
  /**
   * Shelves an alert. @returns false if its state does not permit it: it is closed, or `once` and its condition has ended
   * @throws RangeError for an unknown alert
   */
  shelve(id: string, request: ShelfRequest, by: Actor): boolean;
  /** Ends the shelving of an alert. @returns false if it is not shelved @throws RangeError for an unknown alert */
  unshelve(id: string, by: Actor): boolean;
  /** Resets an acknowledged alert that latches. @returns false in any other state @throws RangeError for an unknown alert */
  reset(id: string, by: Actor, note?: string): boolean;
  /** Stores a verdict. A later one replaces it, and both remain among the changes. @throws RangeError for an unknown alert */
  judge(id: string, word: VerdictWord, by: Actor, note?: string): void;
  /**
   * Gives an incident a verdict, and with it its present alerts that have none of their own. A later one replaces it there.
   * @returns ids of these alerts @throws RangeError for an unknown incident
   */
  judgeIncident(incident: string, word: VerdictWord, by: Actor, note?: string): Promise<readonly string[]>;
  /** Adds a comment to an incident. @throws RangeError for an unknown incident */
  comment(incident: string, by: Actor, note: string): void;
  /** States the progress of the work on an incident, and who works on it. @throws RangeError for an unknown incident */
  triage(incident: string, triage: Pick<Triage, 'state' | 'assignee'>, by: Actor): void;
  /** Past alerts that resemble an alert, most similar first. @throws RangeError for an unknown alert */
  similarTo(id: string, limit: number): Promise<readonly SimilarAlert[]>;
}

/** Minor findings. They are part of no alert and do not count in the alarm budget. */
export interface MinorFeed {
  /** Highest score first. */
  open(): readonly MinorFinding[];
  /** Last ended first. */
  ended(query: MinorQuery): Awaitable<readonly MinorFinding[]>;
}

/** A past alert with the properties that it shares with another, as text. */
export interface SimilarAlert {
  readonly alert: Alert;
  readonly alike: readonly string[];
}

/** One link of the chain from collector to notifiers. */
export interface ChainLink {
  readonly name: string;
  readonly perSecond: number;
  readonly lagMs: number;
  readonly queue?: QueueStats | undefined;
  /** Changes of alerts that a receiver has refused; their numbers lie in the ranges, from and to inclusive. They are sent again. */
  readonly undelivered?: { readonly changes: number; readonly ranges: readonly (readonly [number, number])[] } | undefined;
  readonly lastError?: string | undefined;
  /** ms UTC; NaN if there was no error. */
  readonly lastErrorAt: number;
}

/** An alert that the changed detection would have raised; it is not annunciated. Times in ms UTC. */
export interface ShadowAlert {
  readonly detector: string;
  readonly area: string;
  readonly equipment: string;
  readonly device?: string | undefined;
  readonly since: number;
  readonly raisedAt: number;
  readonly updatedAt: number;
  /** Undefined while it lasts. */
  readonly endedAt?: number | undefined;
  readonly peak: number;
  /** Explanation of the finding with the highest score. */
  readonly explanation: Explanation;
}

/** A changed detection that runs beside the live one, and their differences over the last two days. */
export interface ShadowStatus {
  /** `unlearned`: not running, because it has no baseline. `failed`: its thread ended. */
  readonly state: 'running' | 'unlearned' | 'failed';
  /** Changed settings, as text. */
  readonly changes: readonly string[];
  /** Promise of its budget, or the reason why it does not run. */
  readonly text: string;
  /** Begin of the comparison, ms UTC. */
  readonly since: number;
  /** Processor use as a fraction of a core. */
  readonly coreShare: number;
  /** Observations that were dropped because it was too slow. */
  readonly lost: number;
  /** Alerts of both in that period, at most two days. */
  readonly live: number;
  readonly shadow: number;
  /** Alerts of one detection without a counterpart in the other. */
  readonly more: readonly ShadowAlert[];
  readonly less: readonly ShadowAlert[];
}

/** Everything that the dashboard reads from the monitor. It has no access to plug-ins. */
export interface MonitorView {
  readonly site: Site;
  readonly tags: TagTable;
  readonly clock: Clock;
  readonly latest: LatestValues;
  readonly alerts: AlertFeed;
  readonly minor: MinorFeed;
  readonly maintenance: MaintenanceControl;
  readonly shift: ShiftControl;
  readonly alarmRecords: AlarmRecordControl;
  /** Changed settings that a person must confirm; undefined if they are not followed. */
  readonly configuration?: ConfigurationControl | undefined;
  /** The approved values of set-points and parameters; undefined if they are not followed. */
  readonly reference?: ReferenceControl | undefined;
  readonly annotations: AnnotationControl;
  /** Drawings of areas, at most one of each. */
  readonly mimics: readonly Mimic[];
  readonly lab?: LabControl | undefined;
  /** Undefined if real or simulated devices are polled. */
  replay?(): ReplayStatus;
  /** Delay of the monitor itself, ms of site time; 0 while it is on time. */
  lateMs(): number;
  devices(): readonly DeviceStatus[];
  assets(): AssetInventory;
  band(tag: number): NormalBand | undefined;
  learning(): LearningStatus;
  /** Of the plant, then of each operator position. */
  budgets(): Awaitable<readonly BudgetStatus[]>;
  following(): FollowingStatus;
  /** Channels without a usable threshold. */
  unwatched(): UnwatchedStatus;
  /** Smallest standard faults that the baseline detects. */
  detectionLimits(): DetectionLimitStatus;
  /** Undefined if none is configured. */
  shadow(): ShadowStatus | undefined;
  chain(): readonly ChainLink[];
  /** States of the supervised parts. */
  parts(): readonly PartStatus[];
  /** Newest first. */
  journal(limit: number, device?: string): readonly JournalEntry[];
  history(range: HistoryRange, signal: AbortSignal): Promise<Series[]>;
  /** Feeds of indicators. */
  feeds(): readonly FeedStatus[];
  /** Recorded events of the network in some spans of time. */
  traffic(query: TrafficQuery, signal: AbortSignal): Promise<Traffic>;
  /** Packets of some spans of time, from the ring of raw packets. */
  packets(query: PacketQuery, signal: AbortSignal): Promise<FoundPackets>;
  /** Key figures of the alarms in a period. @throws ScadaError INPUT_INVALID */
  report(query: ReportQuery): Promise<PrintedDocument>;
}
