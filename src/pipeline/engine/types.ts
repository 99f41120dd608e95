import type { Detector, DetectorGroup, DetectorPlugin, DetectorSnapshot } from '../../core/detector.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import { defaultFeedSettings, type FeedSettings, type FeedSnapshot } from '../feed.ts';
import type { AdaptiveThreshold } from './adaptive.ts';
import type { FreezeSnapshot } from './freeze.ts';
import type { MachineSnapshot } from './machine.ts';

/** A detector with what the engine must know of its plug-in. */
export interface EngineDetector {
  /** Unique in the engine; thresholds and findings go by it. */
  readonly name: string;
  readonly plugin: Pick<DetectorPlugin, 'input' | 'threshold' | 'timed'>;
  readonly detector: Detector;
  /** By channel key: sentences that say which of its figures a person has put in the place of learned ones. */
  readonly edited?: Readonly<Record<string, string>> | undefined;
}

/** When a channel's finding begins and ends, in its detector's surprise. */
export interface Threshold {
  /** Makes score 1. */
  readonly begin: number;
  /** What normal running stays under most of the time: below it a finding is over. */
  readonly end: number;
  /** Missing where no tail was fitted. */
  readonly rarity?: Rarity | undefined;
}

/** True if a finding can begin there: stored baselines of earlier versions hold infinite thresholds, NaN or null. */
export const isUsable = ({ begin }: { readonly begin: number | null }): boolean =>
  begin !== null && Number.isFinite(begin) && begin > 0;

/** How rarely normal running surprises a channel: `perDay` times a day as much as `base`, e times less for each `scale` beyond. */
export interface Rarity {
  readonly base: number;
  readonly scale: number;
  readonly perDay: number;
  readonly learnedDays: number;
}

/** By detector name and channel key. A stated rule needs none; a statistical channel without one is unwatched. */
export type Thresholds = Readonly<Record<string, Readonly<Record<string, Threshold>>>>;

/** How a finding begins, goes on and ends; one set for all detectors. */
export interface FindingSettings {
  /** Reports in a row at score ≥ 1 that open a finding. */
  readonly holdOff: number;
  /** The end lies at least this far below the threshold, and at most so far, as scores. */
  readonly endScore: { readonly most: number; readonly least: number };
  /** A finding ends when its score has stayed under its end for so many scan periods. Vectors are smoothed by their detectors already. */
  readonly endPeriods: Readonly<Record<DetectorPlugin['input'], number>>;
  /** An open finding is explained anew this often, ms of stream time. */
  readonly updateMs: number;
}

export interface EngineSettings {
  readonly feed: FeedSettings;
  readonly finding: FindingSettings;
}

export const defaultEngineSettings: EngineSettings = {
  feed: defaultFeedSettings,
  finding: { holdOff: 1, endScore: { most: 0.98, least: 0.5 }, endPeriods: { sample: 5, vector: 1, event: 5 }, updateMs: 5_000 },
};

/** Hears every score: detector and channel by index, time in ms UTC. */
export type ScoreHook = (detector: number, channel: number, time: number, score: number) => void;

export interface EngineOptions {
  readonly detectors: readonly EngineDetector[];
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  readonly thresholds: Thresholds;
  /** Findings per day of stream time that detectors with an adaptive threshold may begin; without it as many as a stream supports. */
  readonly budgetPerDay?: number;
  readonly settings?: EngineSettings;
  readonly onScore?: ScoreHook;
}

/** What `structuredClone` and `v8.serialize` keep bit for bit. */
export interface EngineSnapshot {
  readonly feed: FeedSnapshot;
  readonly machine: MachineSnapshot;
  readonly adaptive: ReturnType<AdaptiveThreshold['snapshot']>;
  readonly open: readonly (readonly [slot: number, finding: Finding])[];
  readonly lastExplained: readonly (readonly [slot: number, time: number])[];
  readonly freeze: FreezeSnapshot;
  /** The monitor was late. Missing in snapshots of 0.1.0. */
  readonly isLate?: boolean;
  readonly detectors: Readonly<Record<string, DetectorSnapshot>>;
}

/** From observations to findings: pure, synchronous, no I/O, time only from what it sees. */
export interface Engine {
  /** Stream time, ms UTC; NaN before the first observation. */
  readonly time: number;
  /** Findings that have begun and not ended. */
  open(): readonly Finding[];
  /** Takes the next observation and returns what changed; the array is valid until the next call. */
  observe(observation: Observation): readonly FindingChange[];
  /** Indices of the tags that open findings concern: nothing of them is learned. */
  concerned(): readonly number[];
  /** The same of the other engines of a plant that several share: nothing of these tags is learned from now on. */
  concernedElsewhere(tags: ReadonlySet<number>): void;
  /** With what the detectors have learned, or `running` without it: an engine never changes that. */
  snapshot(what?: 'whole' | 'running'): EngineSnapshot;
  /** Continues bit for bit. @throws ScadaError BASELINE_MISMATCH if the detectors are others */
  restore(snapshot: EngineSnapshot): void;
}
