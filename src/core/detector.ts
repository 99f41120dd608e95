import type { Explanation } from './finding.ts';
import type { Influence } from './influence.ts';
import type { Observation } from './observation.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import type { TagTable } from './tag.ts';

/** A unit that a detector judges: a tag, a group of tags, a device. Each has its own threshold. */
export interface Channel {
  /** Stable across runs, e.g. `CW.LT01` or `clearwell/mean6`. */
  readonly key: string;
  /** Indices into the run's `TagTable`. */
  readonly tags: readonly number[];
  readonly area: string;
  /** Empty if the channel spans several. */
  readonly equipment: string;
  /** Set if the channel concerns a device rather than the process. */
  readonly device?: string;
  /** Set if the user has given the rule a priority and a response: a finding is then an alarm. */
  readonly alarm?: { readonly priority: 1 | 2 | 3; readonly response: string };
}

/** Surprises of the next sample of each of some channels; NaN where a sample is not judged. */
export interface Surprises {
  readonly length: number;
  readonly channel: Int32Array;
  /** ms UTC */
  readonly time: Float64Array;
  readonly surprise: Float64Array;
}

export interface Report {
  /** Receives one surprise (≥ 0) of a channel at an instant, ms UTC. */
  (channel: number, time: number, surprise: number): void;
  /** The same for several surprises in one call; absent if the receiver takes each by itself. */
  readonly many?: (surprises: Surprises) => void;
}

/** Reports those of the samples that are judged. */
export function reportAll(report: Report, surprises: Surprises): void {
  if (report.many !== undefined) return report.many(surprises);
  const { length, channel, time, surprise } = surprises;
  for (let i = 0; i < length; i++)
    if ((surprise[i] as number) >= 0) report(channel[i] as number, time[i] as number, surprise[i] as number);
}

/** A JSON value. Baselines are stored as readable, diffable text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The two kinds of a detector's state. `running` is what `structuredClone` can copy; `v8.serialize` keeps it bit for bit. */
export interface DetectorSnapshot {
  readonly baseline: Json;
  readonly running: unknown;
}

/** A baseline entry for readers: learned figures of a channel in engineering units, times in s. */
export interface Fact {
  /** Key of the channel. */
  readonly channel: string;
  /** Property of the channel; empty if its detector learns only one. */
  readonly name: string;
  /** Unit of the numeric figures. */
  readonly unit: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** Names of the figures that `amend` can replace. */
  readonly editable: readonly string[];
  /** Number of learned samples or vectors, each counted once per pass; undefined if not counted. */
  readonly taught?: number | undefined;
}

/**
 * Reason why a channel must not learn. `no`: it may learn. `own`: a recent finding of the same detector, which may be due to a
 * lack of learned data. `yes`: another source reports an abnormal state.
 */
export type Frozen = 'no' | 'own' | 'yes';

/**
 * Pure computation without I/O; time comes only from observations. Only `learn` changes the baseline, only `score` changes the
 * running state. A surprise does not depend on later observations.
 */
export interface Detector {
  readonly channels: readonly Channel[];
  /**
   * Learns from normal operation. A calibration is: event `begin`, observations, for each further pass event `pass` and the
   * observations again, event `end`. There may be time gaps between observations.
   */
  learn(observation: Observation): void;
  /** Judges an observation before the next one exists, and reports a surprise for each channel that it concerns. */
  score(observation: Observation, report: Report): void;
  /** Explains the last surprise of the channel. Called when a finding begins or is updated. */
  explain(channel: number): Explanation;
  /**
   * Sets if a channel may learn from now on, for detectors that learn while they judge. The channel is still judged. The caller
   * stores this setting; snapshots do not contain it.
   */
  freeze?(channel: number, frozen: Frozen): void;
  /** Number of separate stays in its mode that a channel has learned; undefined for a channel that does not depend on modes. */
  stays?(channel: number): number | undefined;
  /**
   * False if a channel that is expected to judge has learned nothing by which it could: it reports nothing. Absent if every channel
   * judges.
   */
  judges?(channel: number): boolean;
  /**
   * True if a channel does not judge because its contacts did not move while it learned, or only for moments: there is nothing to
   * compare, and a detector of each tag alone reports the next move or a long stay.
   */
  unmoved?(channel: number): boolean;
  /**
   * True if a channel does not judge because its data have nothing of what the detector compares: no daily cycle, no noise, no flows that
   * explain a level.
   */
  absent?(channel: number): boolean;
  /** Largest surprise that a sudden deviation of a channel can have; absent if there is no bound. Its threshold stays below, if normal operation permits. */
  largestSurprise?(channel: number): number | undefined;
  /** Learned entries, without channels that have learned nothing yet. */
  facts?(): readonly Fact[];
  /** Replaces learned figures by those of a person, which changes the baseline. @throws ScadaError INPUT_INVALID */
  amend?(channel: string, name: string, figures: Readonly<Record<string, number>>): void;
  /**
   * Removes baseline entries as if they had never been learned: the next occurrence is new. Without this method, the channels of
   * such entries are no longer judged.
   * @throws ScadaError INPUT_INVALID before any entry is removed
   */
  forget?(lines: readonly { readonly channel: string; readonly name: string }[]): void;
  snapshot(): DetectorSnapshot;
  /** The running state alone, for detectors whose baseline is expensive to serialise. */
  runningState?(): unknown;
  /** Continues bit for bit from a snapshot. @throws ScadaError BASELINE_MISMATCH */
  restore(snapshot: DetectorSnapshot): void;
}

/** The running state of a detector, without its baseline if possible. */
export const runningStateOf = (detector: Detector): unknown => detector.runningState?.() ?? detector.snapshot().running;

/** Tags that are judged together, as vectors at a common period. */
export interface DetectorGroup {
  readonly name: string;
  readonly tags: readonly number[];
  readonly periodMs: number;
  /** Set for the flows and levels of a site whose other groups are areas: they connect what no area contains. */
  readonly acrossAreas?: true;
}

/** A setting that does not fit the plant, with its path in the detector's settings. */
export interface SettingProblem {
  readonly path: readonly PropertyKey[];
  /** Problem and remedy. */
  readonly message: string;
}

/** Input of a detector. */
export interface DetectorTarget {
  readonly tags: TagTable;
  /** Tags that the configuration assigns to this detector. */
  readonly watched: readonly number[];
  readonly groups: readonly DetectorGroup[];
  readonly devices: readonly string[];
  /** IANA name of the site's time zone. */
  readonly timeZone: string;
}

export interface DetectorPlugin<Config = unknown> extends Plugin<Config> {
  /** `sample`: receives batches. `vector`: receives the aligner's vectors of its groups. `event`: receives only events. */
  readonly input: 'sample' | 'vector' | 'event';
  /** Passes over the calibration data that `learn` needs. */
  readonly passes: number;
  /**
   * `statistical`: thresholds follow from the alarm budget. `stated`: a rule of the user, such as a limit; its surprise is a
   * score with the rule's bound at 1. `adaptive`: needs no calibration and reports only what no other detector has learned. Its
   * surprise is a mean of −log10 p-values, and its threshold follows its findings (`AdaptiveThreshold`). `minor`: needs no calibration
   * and learns while it judges. Its surprise is a score below 1, which makes minor findings and never an alert.
   */
  readonly threshold: 'statistical' | 'stated' | 'adaptive' | 'minor';
  /**
   * Set if a statistical detector scales its surprise on rows that it did not learn: 0.3 % of normal rows exceed 1. A calibration
   * too short for a budget promise uses this scale, and no threshold is below half of it. `chance`: the surprise of a new event is a
   * chance computed from the number of learned ones, and 1 is the least that may be reported. Thresholds start there, and are only
   * raised if the holdout folds raise too many alerts, or have at least three such events. `edge`: a finding begins at 1, the edge of a band
   * that ages by itself; the alarm budget does not move it.
   */
  readonly calibrated?: true | 'chance' | 'edge';
  /**
   * Set if its surprise is 1 at the extreme of what it has learned (`graded` of the detector kit). Up to there nothing is unusual, and a
   * score makes no minor finding.
   */
  readonly graded?: true;
  /**
   * Set if the result for a tag depends only on its own values, on the mode of its equipment, and on a measurement that it sums up. The
   * baseline has an entry per channel. Its tags can then be distributed to threads, which all receive the samples of every tag.
   */
  readonly byTag?: true;
  /**
   * Set if its findings state a fact of the process: a value, a state, a flow. Such a finding gives an alert its title before
   * findings about the pattern of values.
   */
  readonly physical?: true;
  /** Set if its findings are differences from the reference set. */
  readonly judgesReference?: true;
  /** Set if its findings are acts of clients on the network. */
  readonly network?: true;
  /**
   * Set if its findings state a fault of the signal itself: stuck, noisy, coarse, replayed, missing. Such a finding can be the cause of
   * others, but follows from nothing in the process.
   */
  readonly signal?: true;
  /** Set if no fault has such an effect: somebody falsifies the signal on its way. */
  readonly deliberate?: true;
  /** Longest usual time over which it compares values before it reports, ms: the cause may be so much older. */
  readonly lookbackMs?: number;
  /** Which tags follow each other, by what its baseline has learned; an unreadable baseline has none. */
  readonly influences?: (baseline: Json, tags: TagTable) => readonly Influence[];
  /** Set if it learns similar machines together. It judges a state of one that only others were in. */
  readonly byFamily?: true;
  /** Set if it judges durations or rates. It begins no finding while the monitor is late. */
  readonly timed?: true;
  /**
   * CPU time of a sample, or of a tag of a vector, relative to an ordinary detector; default 1. Threads share the work by it, so
   * it need not be exact: the figures are from a profile of a calibration.
   */
  readonly cost?: number;
  /**
   * Set if its baseline is learned from recordings alone (`Recordings`) and kept apart from that of the site. One detector at most:
   * the stored baseline does not name it.
   */
  readonly learnsFromRecordings?: true;
  /** Least number of samples of a tag, and time of observation, ms, before an adaptive detector judges it. */
  judgesFrom?(config: Config): { readonly samples: number; readonly ms: number };
  /**
   * Checks what the schema alone cannot, such as names that the plant does not have.
   * @param groups undefined while they are unknown, because the configuration states none
   */
  check?(config: Config, tags: TagTable, groups: readonly DetectorGroup[] | undefined): readonly SettingProblem[];
  create(config: Config, target: DetectorTarget, context: PluginContext): Detector;
}

/** Creates unlearned detectors of one configuration, as many as the folds need. */
export interface DetectorFactory {
  /** Unique; key of thresholds and findings. */
  readonly name: string;
  readonly plugin: Pick<
    DetectorPlugin,
    'input' | 'passes' | 'threshold' | 'calibrated' | 'physical' | 'network' | 'signal' | 'deliberate' | 'lookbackMs' | 'byFamily'
  >;
  create(): Detector;
}
