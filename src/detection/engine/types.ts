import type { LearnedStates } from './learned-states.ts';
import type { UnlearnedSnapshot } from './unlearned-states.ts';
import type { Detector, DetectorGroup, DetectorPlugin, DetectorSnapshot } from '../../core/detector.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { MinorChange } from '../../core/minor.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import { defaultFeedSettings, type FeedSettings, type FeedSnapshot } from '../feed/feed.ts';
import type { AdaptiveThreshold } from './adaptive.ts';
import type { FreezeSnapshot } from './freeze.ts';
import type { FindingSettings, MachineSnapshot } from './machine.ts';
import type { MinorSnapshot } from './minor-machine.ts';

/** A detector with the properties of its plug-in that the engine needs. */
export interface EngineDetector {
  /** Unique in the engine; key of thresholds and findings. */
  readonly name: string;
  readonly plugin: Pick<
    DetectorPlugin,
    'input' | 'threshold' | 'timed' | 'physical' | 'network' | 'signal' | 'deliberate' | 'lookbackMs' | 'byFamily' | 'graded'
  >;
  readonly detector: Detector;
  /** By channel key: sentences that name the figures that a person has edited. */
  readonly edited?: Readonly<Record<string, string>> | undefined;
}

/** Start and end of a channel's finding, in its detector's surprise. */
export interface Threshold {
  /** Surprise at score 1. */
  readonly begin: number;
  /** Upper bound of most normal operation: below it a finding is over. */
  readonly end: number;
  /** Absent if no tail was fitted. */
  readonly rarity?: Rarity | undefined;
}

/** True if a finding can begin at the threshold. Stored baselines of earlier versions contain infinity, NaN or null. */
export const isUsable = ({ begin }: { readonly begin: number | null }): boolean =>
  begin !== null && Number.isFinite(begin) && begin > 0;

/**
 * Frequency of surprises in normal operation: `perDay` times a day above `base`, and e times less often for each `scale` more.
 */
export interface Rarity {
  readonly base: number;
  readonly scale: number;
  readonly perDay: number;
  readonly learnedDays: number;
}

/** By detector name and channel key. A stated rule needs none; a statistical channel without one is unwatched. */
export type Thresholds = Readonly<Record<string, Readonly<Record<string, Threshold>>>>;

export interface EngineSettings {
  readonly feed: FeedSettings;
  readonly finding: FindingSettings;
}

export const defaultEngineSettings: EngineSettings = {
  feed: defaultFeedSettings,
  finding: {
    holdOff: 1,
    endScore: { most: 0.98, least: 0.5 },
    endPeriods: { sample: 5, vector: 1, event: 5 },
    mostHoldMs: 60_000,
    lapseMs: 1_800_000,
    updateMs: 5_000,
  },
};

/** Receives every score: detector and channel by index, time in ms UTC. */
export type ScoreHook = (detector: number, channel: number, time: number, score: number) => void;

export interface EngineOptions {
  readonly detectors: readonly EngineDetector[];
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  readonly thresholds: Thresholds;
  /** States that the calibration has learned; without them every state counts as learned. */
  readonly states?: LearnedStates | undefined;
  /** Findings per day of stream time for detectors with an adaptive threshold. Default: as many as the samples support. */
  readonly budgetPerDay?: number;
  readonly settings?: EngineSettings;
  /** Also make minor findings. */
  readonly minor?: boolean;
  readonly onScore?: ScoreHook;
}

/** State that `structuredClone` and `v8.serialize` keep bit for bit. */
export interface EngineSnapshot {
  readonly feed: FeedSnapshot;
  readonly machine: MachineSnapshot;
  readonly adaptive: ReturnType<AdaptiveThreshold['snapshot']>;
  readonly open: readonly (readonly [slot: number, finding: Finding])[];
  readonly lastExplained: readonly (readonly [slot: number, time: number])[];
  readonly freeze: FreezeSnapshot;
  /** Delay of the monitor, ms. Absent in snapshots of earlier versions, which have `isLate` or neither. */
  readonly lateMs?: number;
  readonly isLate?: boolean;
  /** Equipment in states that were not learned. Its first part alone, or absent, in snapshots of earlier versions. */
  readonly unlearned?: UnlearnedSnapshot | UnlearnedSnapshot['until'];
  /** Absent without minor findings, and in snapshots of 0.1.0. */
  readonly minor?: MinorSnapshot;
  readonly detectors: Readonly<Record<string, DetectorSnapshot>>;
}

/** From observations to findings: pure, synchronous, no I/O, time only from observations. */
export interface Engine {
  /** Stream time, ms UTC; NaN before the first observation. */
  readonly time: number;
  /** Open findings. */
  open(): readonly Finding[];
  /** Processes the next observation and returns the changes; the array is valid until the next call. */
  observe(observation: Observation): readonly FindingChange[];
  /** True while equipment is in a state that the calibration has seen at similar equipment only. */
  readonly inUnlearnedState: boolean;
  /** Changes of minor findings since the last call. */
  minor(): readonly MinorChange[];
  /** An update of each open minor finding. */
  openMinor(): readonly MinorChange[];
  /** Indices of the tags of open findings; nothing of them is learned. */
  concerned(): readonly number[];
  /** Sets the tags of open findings in the plant's other engines; nothing of them is learned from now on. */
  concernedElsewhere(tags: ReadonlySet<number>): void;
  /** With the baselines of the detectors, or without them (`running`): an engine never changes baselines. */
  snapshot(what?: 'whole' | 'running'): EngineSnapshot;
  /** Continues bit for bit. @throws ScadaError BASELINE_MISMATCH if the detectors differ */
  restore(snapshot: EngineSnapshot): void;
}
