import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { DetectorGroup, Json } from '../../core/detector.ts';
import { type Observation, streamTimeOf } from '../../core/observation.ts';
import { isUsable } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import {
  createEngine,
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineSnapshot,
  type Thresholds,
} from '../../detection/engine/index.ts';
import type { Falsify } from './faults.ts';
import { Observers } from './observers.ts';
import type { Window } from './window.ts';

/** Observations between two checks of the remaining time. */
const checkEvery = 256;

/** Thrown when the time for the measurement is spent. */
export class TimeSpent extends Error {}

/** Detectors whose results are tried together, and their thresholds. */
export interface TrialOptions {
  readonly detectors: readonly EngineDetector[];
  readonly calibration: Calibration;
  readonly thresholds: Thresholds;
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
  readonly window: Window;
  /** @throws TimeSpent */
  readonly checkTime: () => void;
}

/**
 * Runs some detectors over a window with injected faults, from the same state at each start. Only tags that can change the result
 * are fed to them.
 */
export class Trial {
  readonly observers: Observers;
  readonly #options: TrialOptions;
  readonly #engine: Engine;
  /** By detector: what it learned; for one that came after the calibration, what it starts with. */
  readonly #baselines: ReadonlyMap<string, Json>;
  /** States of the detectors in normal operation, by segment. */
  readonly #states = new Map<number, EngineSnapshot>();
  /** Begins of findings in normal operation: time by channel. */
  readonly #falsely = new Map<string, number[]>();
  /** Number of segments that ran without a fault, and the state after them. */
  #ran = 0;
  #after: EngineSnapshot | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
    const { detectors, tags, groups, thresholds, calibration } = options;
    this.#baselines = new Map(
      detectors.map(({ name, detector }) => [name, calibration.detectors[name]?.baseline ?? detector.snapshot().baseline]),
    );
    const finding = { ...defaultEngineSettings.finding, updateMs: Number.POSITIVE_INFINITY };
    this.#engine = createEngine({ detectors, tags, groups, thresholds, settings: { ...defaultEngineSettings, finding } });
    this.observers = new Observers(options);
  }

  /**
   * Injects a fault into each of some unrelated tags from a start on.
   * @returns by tag: ms until a channel that reads it began a finding that normal operation does not have
   * @throws TimeSpent
   */
  run(start: number, faults: ReadonlyMap<number, Falsify>, withinMs: number): ReadonlyMap<number, number> {
    const { window, checkTime, tags } = this.#options;
    const detected = new Map<number, number>();
    const from = window.starts[start];
    if (from === undefined || faults.size === 0) return detected;
    const end = from.time + withinMs;
    this.#runNormally(end);
    this.#restore(this.#states.get(from.segment));
    const needed = new Needed(this.observers, faults.keys(), tags.size);
    let seen = 0;
    for (const segment of window.segments.slice(from.segment))
      for (const observation of segment) {
        if (seen++ % checkEvery === 0) checkTime();
        if (streamTimeOf(observation) > end) return detected;
        const shown = falsified(observation, faults, from.time, needed);
        if (shown === undefined) continue;
        for (const { change, finding } of this.#engine.observe(shown)) {
          if (change !== 'begin' || finding.beganAt > end) continue;
          const channel = this.observers.idOf(finding);
          if (this.#falsely.get(channel)?.some((began) => began >= from.time && began <= end) === true) continue;
          for (const tag of this.observers.readBy(channel)) {
            if (!faults.has(tag) || detected.has(tag)) continue;
            detected.set(tag, finding.beganAt - from.time);
            needed.drop(tag);
          }
        }
        if (detected.size === faults.size) return detected;
      }
    return detected;
  }

  /** Runs the window without a fault up to a time, ms UTC, once. */
  #runNormally(until: number): void {
    const { window, checkTime } = this.#options;
    let seen = 0;
    while (this.#ran < window.segments.length && (this.#ran === 0 || (window.begins[this.#ran] as number) <= until)) {
      this.#restore(this.#after);
      for (const observation of window.segments[this.#ran] ?? []) {
        if (seen++ % checkEvery === 0) checkTime();
        for (const { change, finding } of this.#engine.observe(observation)) {
          if (change !== 'begin') continue;
          const channel = this.observers.idOf(finding);
          this.#falsely.set(channel, [...(this.#falsely.get(channel) ?? []), finding.beganAt]);
        }
      }
      this.#after = this.#engine.snapshot('running');
      // the engine goes on with the objects of its state
      this.#after = structuredClone(this.#after);
      this.#states.set(++this.#ran, this.#after);
    }
  }

  #restore(state: EngineSnapshot | undefined): void {
    if (state === undefined) return;
    const own = structuredClone(state);
    // baselines are large and never change
    const detectors = Object.entries(own.detectors).map(([name, { running }]) => [
      name,
      { baseline: this.#baselines.get(name) ?? null, running },
    ]);
    this.#engine.restore({ ...own, detectors: Object.fromEntries(detectors) as EngineSnapshot['detectors'] });
  }
}

/** Tags whose samples the undetected faults need: all that their channels read. */
class Needed {
  readonly #observers: Observers;
  readonly #count: Uint16Array;

  constructor(observers: Observers, faulty: Iterable<number>, tags: number) {
    this.#observers = observers;
    this.#count = new Uint16Array(tags);
    for (const tag of faulty) this.#add(tag, 1);
  }

  has(tag: number): boolean {
    return (this.#count[tag] as number) > 0;
  }

  drop(tag: number): void {
    this.#add(tag, -1);
  }

  #add(tag: number, by: number): void {
    for (const other of this.#observers.related(tag)) this.#count[other] = (this.#count[other] as number) + by;
  }
}

/** The needed samples of an observation with the faults; undefined if there are none. */
function falsified(
  observation: Observation,
  faults: ReadonlyMap<number, Falsify>,
  since: number,
  needed: Needed,
): Observation | undefined {
  if (observation.kind !== 'batch') return observation;
  const { device, length, tag, value, quality, sourceTime, receiveTime } = observation.batch;
  const count = neededRows(observation.batch, needed);
  if (count === 0) return undefined;
  const builder = new BatchBuilder(device, count, false);
  for (let row = 0; row < length; row++) {
    const index = tag[row] as number;
    if (!needed.has(index)) continue;
    const genuine = value[row] as number;
    const time = sourceTime[row] as number;
    const falsify = faults.get(index);
    const isFaulty = falsify !== undefined && isUsable(quality[row] as number) && Number.isFinite(genuine);
    const shown = isFaulty ? falsify(genuine, time - since, time) : genuine;
    builder.add(index, shown, quality[row] as number, time, receiveTime[row] as number);
  }
  return { kind: 'batch', batch: builder.publish(), place: observation.place };
}

function neededRows({ tag, length }: Batch, needed: Needed): number {
  let count = 0;
  for (let row = 0; row < length; row++) if (needed.has(tag[row] as number)) count++;
  return count;
}
