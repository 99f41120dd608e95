import type { DetectorGroup } from '../../core/detector.ts';
import type { Finding, FindingChange } from '../../core/finding.ts';
import type { Observation } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import {
  createEngine,
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineSettings,
  type ScoreHook,
} from '../engine/index.ts';
import { timeOf } from '../feed.ts';
import { thresholdsOf } from './apply.ts';
import { calibrateNow } from './calibrate.ts';
import type { BudgetPromise, DetectorFactory } from './types.ts';

export interface OnlineOptions {
  readonly detectors: readonly DetectorFactory[];
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  readonly budgetPerDay: number;
  readonly settings?: EngineSettings;
  readonly onScore?: ScoreHook;
  /** Observations before the first judgement. */
  readonly first?: number;
  /** Observations that are remembered; the oldest are forgotten beyond it. */
  readonly most?: number;
}

/** An engine without a calibration: it learns from the first observation and says so. */
export interface OnlineEngine {
  /** In order of the options; those of the present baseline. */
  readonly detectors: readonly EngineDetector[];
  readonly promise: BudgetPromise | undefined;
  open(): readonly Finding[];
  observe(observation: Observation): readonly FindingChange[];
}

const growth = 1.5;
/** Part of the memory that must be new before a full memory is learned again. */
const renewal = 0.25;

/**
 * Learns anew from all that it remembers each time there is half as much again, by the same calibration as a plant's, and
 * judges by the last one. What passes while a finding is open is not remembered, so that nothing anomalous is learned, until
 * the finding has lasted half as long as all that was learned before: then it is how the process runs now.
 */
export function createOnlineEngine(options: OnlineOptions): OnlineEngine {
  return new LearningEngine(options);
}

class LearningEngine implements OnlineEngine {
  readonly #options: OnlineOptions;
  readonly #settings: EngineSettings;
  readonly #most: number;
  #memory: Observation[] = [];
  /** Of the present finding; remembered if it turns out to be how the process runs. */
  #aside: Observation[] = [];
  #next: number;
  #fresh = 0;
  #engine: Engine | undefined;
  detectors: readonly EngineDetector[] = [];
  promise: BudgetPromise | undefined;

  constructor(options: OnlineOptions) {
    this.#options = options;
    this.#settings = options.settings ?? defaultEngineSettings;
    this.#next = options.first ?? 200;
    this.#most = options.most ?? 8_000;
  }

  open(): readonly Finding[] {
    return this.#engine?.open() ?? [];
  }

  observe(observation: Observation): readonly FindingChange[] {
    const changes = this.#engine?.observe(observation) ?? [];
    this.#remember(observation);
    if (this.#memory.length < this.#next || this.#fresh < renewal * Math.min(this.#memory.length, this.#most)) return changes;
    return [...changes, ...this.#learn(timeOf(observation))];
  }

  #remember(observation: Observation): void {
    if (this.open().length === 0) {
      this.#aside = [];
      this.#memory.push(observation);
      this.#fresh++;
    } else {
      this.#aside.push(observation);
      if (this.#aside.length * 2 < this.#memory.length) return;
      this.#memory.push(...this.#aside);
      this.#fresh += this.#aside.length;
      this.#aside = [];
    }
    if (this.#memory.length > 2 * this.#most) this.#memory = this.#memory.slice(-this.#most);
  }

  /** A baseline from all that is remembered; findings of the last one end with it. */
  #learn(time: number): FindingChange[] {
    const ended = this.open().map(
      (finding): FindingChange => ({ change: 'end', finding: { ...finding, endedAt: time, updatedAt: time } }),
    );
    const memory = this.#memory.slice(-this.#most);
    const { tags, groups, budgetPerDay, detectors, onScore } = this.#options;
    const source = (): Iterable<Observation> => memory;
    const calibrated = calibrateNow(
      { detectors, tags, groups, budgetPerDay, source, settings: this.#settings, description: 'learned online' },
      source,
    );
    this.detectors = calibrated.detectors;
    this.promise = calibrated.calibration.promise;
    this.#engine = createEngine({
      detectors: calibrated.detectors,
      tags,
      groups,
      settings: this.#settings,
      thresholds: thresholdsOf(calibrated.calibration),
      ...(onScore === undefined ? {} : { onScore }),
    });
    this.#fresh = 0;
    this.#next = Math.min(this.#most, Math.ceil(this.#memory.length * growth));
    return ended;
  }
}
