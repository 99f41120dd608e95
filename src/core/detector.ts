import type { Explanation } from './finding.ts';
import type { Observation } from './observation.ts';
import type { Plugin, PluginContext } from './plugin.ts';
import type { TagTable } from './tag.ts';

/** One thing that a detector judges: a tag, a group of tags, a device. Each has a threshold of its own. */
export interface Channel {
  /** Stable across runs, e.g. `CW.LT01` or `clearwell/mean6`. */
  readonly key: string;
  /** Indices into the run's `TagTable`. */
  readonly tags: readonly number[];
  readonly area: string;
  /** Empty when the channel spans several. */
  readonly equipment: string;
  /** Set when the channel is about a device rather than about the process. */
  readonly device?: string;
  /** Set when the user has rationalised the rule: what the channel finds is then an alarm. */
  readonly alarm?: { readonly priority: 1 | 2 | 3; readonly response: string };
}

/** Takes one surprise ≥ 0 of one channel at one instant (ms UTC). */
export type Report = (channel: number, time: number, surprise: number) => void;

/** A JSON value: baselines are kept as readable, diffable text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The two kinds of a detector's state. `running` is what `structuredClone` can copy; `v8.serialize` keeps it bit for bit. */
export interface DetectorSnapshot {
  readonly baseline: Json;
  readonly running: unknown;
}

/** One line of a baseline as a person reads it: what was learned of a channel, in engineering units, times in s. */
export interface Fact {
  /** Key of the channel. */
  readonly channel: string;
  /** Property of the channel; empty if its detector learns only one. */
  readonly name: string;
  /** Of the numbers among the figures. */
  readonly unit: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** Words of the figures that `amend` takes other numbers for. */
  readonly editable: readonly string[];
  /** Number of learned samples or vectors, each counted once per pass; undefined if they are not counted. */
  readonly taught?: number | undefined;
}

/**
 * Why a channel must not learn that the present is normal: `no`, it may; `own`, because of what the detector itself has found
 * lately, which may be that it knows too little; `yes`, because somebody else says that something is wrong.
 */
export type Frozen = 'no' | 'own' | 'yes';

/**
 * Pure computation: no I/O, and time only from observations. `learn` alone changes the baseline, `score` alone the running
 * state. A surprise depends on nothing after its observation.
 */
export interface Detector {
  readonly channels: readonly Channel[];
  /**
   * Learns from normal operation. A calibration is: event `begin`; observations; for each further pass the detector asks for,
   * event `pass` and the observations again; event `end`. A gap in time between two observations is to be expected.
   */
  learn(observation: Observation): void;
  /** Judges an observation before anything later is known, and reports a surprise for each channel that it concerns. */
  score(observation: Observation, report: Report): void;
  /** Why the last surprise of the channel was what it was. Called when a finding begins or is updated. */
  explain(channel: number): Explanation;
  /**
   * Of a detector that learns while it judges: whether a channel may learn from now on. It is judged all the same. Who freezes keeps
   * that in mind: it is no part of the state.
   */
  freeze?(channel: number, frozen: Frozen): void;
  /** Number of separate stays in its mode that a channel has learned; undefined for a channel that is the same in all modes. */
  stays?(channel: number): number | undefined;
  /** Learned entries, without channels that have learned nothing yet. */
  facts?(): readonly Fact[];
  /** Puts a person's numbers in the place of learned ones. The baseline is then another one. @throws ScadaError INPUT_INVALID */
  amend?(channel: string, name: string, figures: Readonly<Record<string, number>>): void;
  /**
   * Takes lines out of what was learned, as if it had never been seen: it is new when it comes again. A detector without it does not judge
   * the channels of such lines any more. @throws ScadaError INPUT_INVALID before any is taken out
   */
  forget?(lines: readonly { readonly channel: string; readonly name: string }[]): void;
  snapshot(): DetectorSnapshot;
  /** The same running state by itself, of a detector whose baseline takes long to write down. */
  runningState?(): unknown;
  /** Continues bit for bit where `snapshot` was taken. @throws ScadaError BASELINE_MISMATCH */
  restore(snapshot: DetectorSnapshot): void;
}

/** The running state of a snapshot, without its baseline where that can be spared. */
export const runningStateOf = (detector: Detector): unknown => detector.runningState?.() ?? detector.snapshot().running;

/** Tags that are judged together, as vectors at one period. */
export interface DetectorGroup {
  readonly name: string;
  readonly tags: readonly number[];
  readonly periodMs: number;
}

/** A setting that does not fit the plant, by its path within the detector's settings. */
export interface SettingProblem {
  readonly path: readonly PropertyKey[];
  /** Problem and remedy. */
  readonly message: string;
}

/** Input of a detector. */
export interface DetectorTarget {
  readonly tags: TagTable;
  /** The tags that the configuration gives to this detector. */
  readonly watched: readonly number[];
  readonly groups: readonly DetectorGroup[];
  readonly devices: readonly string[];
  /** IANA name of the zone whose clock hangs in the control room. */
  readonly timeZone: string;
}

export interface DetectorPlugin<Config = unknown> extends Plugin<Config> {
  /** `sample`: sees batches. `vector`: sees the aligner's vectors of its groups. `event`: sees events alone. */
  readonly input: 'sample' | 'vector' | 'event';
  /** Passes over the calibration data that `learn` needs. */
  readonly passes: number;
  /**
   * `statistical`: thresholds follow from the alarm budget. `stated`: a rule that the user stated (a limit, a dead device);
   * its surprise is already a score, 1 being the rule's own bound. `adaptive`: it wants no calibration and speaks only of what
   * none has learned; its surprise is a mean of −log10 p-values, and its threshold follows its own findings (`AdaptiveThreshold`).
   */
  readonly threshold: 'statistical' | 'stated' | 'adaptive';
  /**
   * Set if a statistical detector tries its surprise on rows that it did not learn: 0.3 % of normal rows pass 1. A calibration
   * that is too short to promise a budget takes its word.
   */
  readonly calibrated?: true;
  /**
   * Set if what it says of a tag depends on no value but those of this tag and of what tells the mode of its equipment, and if
   * its baseline has an entry for each channel: threads then share its tags between them.
   */
  readonly byTag?: true;
  /** Set if it judges how long something lasts or how fast it happens: it begins no finding while the monitor is late. */
  readonly timed?: true;
  /**
   * Set if it learns how values usually behave, not what is rare: where there are more samples of a tag than it needs for that, it learns
   * from long stretches that are spread over the calibration.
   */
  readonly excerpt?: true;
  /**
   * Set if its baseline is learned from recordings alone (`Recordings`) and kept apart from that of the site. One detector at most:
   * the stored baseline does not name it.
   */
  readonly learnsFromRecordings?: true;
  /** Of an adaptive detector: how many samples of a tag it has at least, and for how long it has watched it, ms, before it judges it. */
  judgesFrom?(config: Config): { readonly samples: number; readonly ms: number };
  /**
   * What the schema does not see alone: names that the plant does not have.
   * @param groups undefined while they are not known, because the configuration states none
   */
  check?(config: Config, tags: TagTable, groups: readonly DetectorGroup[] | undefined): readonly SettingProblem[];
  create(config: Config, target: DetectorTarget, context: PluginContext): Detector;
}

/** Creates as many unlearned detectors of one configuration as the folds need. */
export interface DetectorFactory {
  /** Unique; key of thresholds and findings. */
  readonly name: string;
  readonly plugin: Pick<DetectorPlugin, 'input' | 'passes' | 'threshold' | 'calibrated' | 'excerpt'>;
  create(): Detector;
}
