import type { Actor, Alert, AlertChange, VerdictWord } from './alert.ts';
import type { Clock } from './clock.ts';
import type { Explanation } from './finding.ts';
import type { HistoryRange, Series } from './historian.ts';
import type { LabControl } from './lab.ts';
import type { MaintenanceControl } from './maintenance.ts';
import type { DeviceHealthEvent, DeviceState, Event } from './observation.ts';
import type { QueueStats } from './queue.ts';
import type { AlertQuery, ChangePage } from './state.ts';
import type { PartStatus } from './supervisor.ts';
import type { TagTable } from './tag.ts';
import type { UnwatchedStatus } from './unwatched.ts';

export interface Equipment {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
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
  /** Ids. An area belongs to one position at most. */
  readonly areas: readonly string[];
  /** Accepted newly raised alerts of its areas per day of normal operation. */
  readonly budgetPerDay: number;
}

export interface Site {
  readonly name: string;
  /** IANA name of the site's time zone. */
  readonly timeZone: string;
  readonly areas: readonly Area[];
  /** Empty where the plant is watched as one. */
  readonly positions: readonly Position[];
  /** Tag of the overview's key trend. */
  readonly keyTrend?: string | undefined;
}

/** The last sample of every tag, in `TagTable` order; shared memory, written by the pipeline alone. */
export interface LatestValues {
  readonly value: Float64Array;
  readonly quality: Uint32Array;
  /** ms UTC, NaN before the first sample. */
  readonly sourceTime: Float64Array;
  readonly receiveTime: Float64Array;
  /** Last value that was good, NaN before the first. */
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

/** Something that happened on a device, on the wire or to the monitor's clock, as the system page lists it. */
export interface JournalEntry {
  /** Counts up within one run. */
  readonly number: number;
  /** Stream time, ms UTC: when it first happened, and last. */
  readonly time: number;
  readonly lastTime: number;
  readonly count: number;
  readonly device: string;
  readonly kind: Event['type'];
  readonly text: string;
}

/** A tag's normal band as its baseline has it now, for indicators and trends. */
export interface NormalBand {
  readonly low: number;
  readonly high: number;
}

/** Detection without a baseline. */
export interface Watching {
  /** Kinds of detectors whose rules need no learning. */
  readonly rules: readonly string[];
  /** Those that learn online, from the first sample on; how many samples of a tag, and what time, ms, they need to judge it. */
  readonly learning: readonly { readonly kind: string; readonly samples?: number; readonly ms?: number }[];
}

/** `learning` until the baseline stands; `ready` after that; `unlearned` when nothing is being learned and nothing is known. */
export interface LearningStatus {
  readonly state: 'learning' | 'ready' | 'unlearned';
  /** 0–1 */
  readonly progress: number;
  readonly text: string;
  /** The alarm budget, alerts per day; `promised` if the calibration can promise it. */
  readonly budgetPerDay: number;
  readonly promise: string;
  /** Unless the baseline stands. */
  readonly watching?: Watching;
}

/** Names a line of the baseline. */
export interface LineRef {
  readonly detector: string;
  readonly channel: string;
  /** Empty where the detector learns one thing only of a channel. */
  readonly name: string;
}

/** That somebody decided something of a line of the baseline: by which role, when, and why if they said so. */
export interface LineMark {
  readonly by: string;
  readonly at: number;
  readonly reason?: string | undefined;
}

/** One learned line of the baseline, and what people decided about it. */
export interface BaselineLine extends LineRef {
  /** Names of the channel's tags. */
  readonly tags: readonly string[];
  /** Of the numbers among the figures. */
  readonly unit: string;
  /** As they are judged by now: what somebody edited has taken the place of what was learned. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Words of the figures that a person may put other numbers in place of. */
  readonly editable: readonly string[];
  /** Number of learned samples, or vectors for the entry of a group; undefined if they are not counted. */
  readonly samples?: number | undefined;
  /** Set where what people decide takes effect with the next calibration only. */
  readonly later?: true;
  /** Set if unlearning makes the learned fact new again, so that its next occurrence is a finding; otherwise the channel is not judged any more. */
  readonly forgets?: true;
  /** Surprise at which a finding begins, 1 being the edge of what was learned; undefined where no finding can begin. */
  readonly threshold?: number | undefined;
  /** Part of the threshold by which slow change has raised it, and since when. */
  readonly followed?: { readonly since: number; readonly by: number } | undefined;
  readonly approved?: LineMark | undefined;
  /** With the learned numbers that were replaced. */
  readonly edited?: (LineMark & { readonly was: Readonly<Record<string, number>> }) | undefined;
  /** The detector does not judge the channel any more, or has forgotten the line. */
  readonly unlearned?: LineMark | undefined;
}

/** Baseline of the entries: version, time of learning, source. */
export interface LearnedFrom {
  readonly version: number;
  readonly at: number;
  readonly from: string;
}

/** The baseline as people read and review it. Every act is in the audit trail. */
export interface BaselineReview {
  /** Undefined while nothing is learned. */
  learned(): LearnedFrom | undefined;
  lines(): readonly BaselineLine[];
  /** Also takes back an unlearning. @throws ScadaError INPUT_INVALID for a line that is not there */
  approve(lines: readonly LineRef[], by: Actor, reason?: string): Promise<void>;
  /** Judges by a person's numbers from now on. @throws ScadaError INPUT_INVALID for numbers that make no sense, or change nothing */
  edit(line: LineRef, figures: Readonly<Record<string, number>>, by: Actor, reason?: string): Promise<void>;
  /** From now on the line's detector does not judge its channel, or has forgotten the line. @throws ScadaError INPUT_INVALID */
  unlearn(line: LineRef, by: Actor, reason?: string): Promise<void>;
}

/** Use of a budget in a period that ends now. */
export interface AchievedSpan {
  readonly days: number;
  /** Days of it in which the present thresholds judged; 0 before the first calibration. */
  readonly coveredDays: number;
  /** Anomalies raised in it without the verdict true or expected. */
  readonly raised: number;
  /** Those among them without a verdict. */
  readonly unjudged: number;
}

/** Alarm budget of the plant or of one operator position, and the achieved rate. */
export interface BudgetStatus {
  /** Empty for the whole plant. */
  readonly position: string;
  readonly budgetPerDay: number;
  readonly promised: boolean;
  /** The promise in one sentence, or why there is none. */
  readonly text: string;
  /** Over the last 1, 7 and 30 days. */
  readonly achieved: readonly AchievedSpan[];
}

/** A threshold that has followed normal operation away from its calibrated value. */
export interface FollowedThreshold {
  readonly detector: string;
  readonly channel: string;
  /** ms UTC */
  readonly since: number;
  /** Part of the calibrated threshold by which it is higher now. */
  readonly by: number;
}

/** Following of slow change by thresholds: largest and present change. */
export interface FollowingStatus {
  /** Part of the calibrated threshold. */
  readonly mostPerDay: number;
  readonly most: number;
  readonly thresholds: readonly FollowedThreshold[];
}

/** The alert stream: numbered without gaps within an epoch. The epoch changes when changes are published that are not on disk yet. */
export interface AlertFeed {
  readonly epoch: string;
  /** Of the last published change. */
  readonly sequence: number;
  /** Changes up to this sequence are on disk; `sequence` and more while the store works. */
  readonly savedSequence: number;
  open(): readonly Alert[];
  get(id: string): Alert | undefined;
  /**
   * The first changes after `sequence`, or undefined when it is unknown or the first of them is more than a day old: the reader then
   * takes a snapshot.
   */
  changesAfter(sequence: number, limit: number): readonly AlertChange[] | undefined;
  /** The last changes of an alert before a sequence, oldest first. */
  changesOf(id: string, page: ChangePage): readonly AlertChange[];
  /** The same of all alerts of an incident, without mere updates. */
  actsOf(incident: string, page: ChangePage): readonly AlertChange[];
  find(query: AlertQuery): readonly Alert[];
  /** Called with each change once it is stored, or at once while the store fails. Returns the way to stop it. */
  subscribe(listener: (change: AlertChange) => void): () => void;
  /** Called when `savedSequence` has changed. Returns the way to stop it. */
  onSaved(listener: () => void): () => void;
  /** @throws RangeError for an unknown alert; acknowledging what needs no acknowledgement changes nothing */
  acknowledge(id: string, by: Actor, note?: string): void;
  /** Keeps a person's verdict; a later one takes its place, and both stay among the changes. @throws RangeError for an unknown alert */
  judge(id: string, word: VerdictWord, by: Actor, note?: string): void;
  /** Past alerts that resemble one, the most alike first. @throws RangeError for an unknown alert */
  similarTo(id: string, limit: number): readonly SimilarAlert[];
}

/** A past alert and in what it resembles another, in words. */
export interface SimilarAlert {
  readonly alert: Alert;
  readonly alike: readonly string[];
}

/** One link of the chain collector → pipeline → detectors → historian → notifiers. */
export interface ChainLink {
  readonly name: string;
  readonly perSecond: number;
  readonly lagMs: number;
  readonly queue?: QueueStats | undefined;
  readonly lastError?: string | undefined;
  /** ms UTC, NaN if there was none. */
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
  /** Of its loudest finding. */
  readonly explanation: Explanation;
}

/** A changed detection that runs beside the live one, and how the two differ over the last two days. */
export interface ShadowStatus {
  /** `unlearned`: it does not run, nothing was learned for it. `failed`: its thread died. */
  readonly state: 'running' | 'unlearned' | 'failed';
  /** Changed settings, as text. */
  readonly changes: readonly string[];
  /** Promise of its budget, or the reason why it does not run. */
  readonly text: string;
  /** ms UTC since when the two are compared. */
  readonly since: number;
  /** Share of a core that it uses, 0–1. */
  readonly coreShare: number;
  /** Observations that it had no time for. */
  readonly lost: number;
  /** Alerts of either since then, at most two days. */
  readonly live: number;
  readonly shadow: number;
  /** Alerts of the one that have no like in the other. */
  readonly more: readonly ShadowAlert[];
  readonly less: readonly ShadowAlert[];
}

/** All that the dashboard may see of the monitor. It never sees a plug-in. */
export interface MonitorView {
  readonly site: Site;
  readonly tags: TagTable;
  readonly clock: Clock;
  readonly latest: LatestValues;
  readonly alerts: AlertFeed;
  readonly maintenance: MaintenanceControl;
  readonly lab?: LabControl | undefined;
  /** Undefined where real or simulated devices are collected. */
  replay?(): ReplayStatus;
  /** Delay of the monitor itself, ms of site time; 0 while it is on time. */
  lateMs(): number;
  devices(): readonly DeviceStatus[];
  band(tag: number): NormalBand | undefined;
  learning(): LearningStatus;
  /** Of the whole plant, then of each operator position. */
  budgets(): readonly BudgetStatus[];
  following(): FollowingStatus;
  /** Channels without a usable threshold. */
  unwatched(): UnwatchedStatus;
  /** Undefined where the configuration has none. */
  shadow(): ShadowStatus | undefined;
  chain(): readonly ChainLink[];
  /** Supervised parts of the monitor, and whether they run. */
  parts(): readonly PartStatus[];
  /** Newest first. */
  journal(limit: number, device?: string): readonly JournalEntry[];
  history(range: HistoryRange, signal: AbortSignal): Promise<Series[]>;
}
