import { type DetectionLimit, faultKinds, type MeasuredLimits } from '../../core/detection-limits.ts';
import { Random } from '../../core/random.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import type { Calibration } from '../../detection/baseline/format.ts';
import type { EngineDetector } from '../../detection/engine/index.ts';
import { type DetectionPlan, detectorFactories, pluginOf } from '../../detection/plan/plan.ts';
import { type Falsify, ratio, rungs, shareOf, type StandardFault, standardFaults } from './faults.ts';
import { limitOf, Results } from './results.ts';
import { lowestRungs, type Outcome } from './search.ts';
import { TimeSpent, Trial } from './trial.ts';
import type { Window } from './window.ts';

export interface MeasureOptions {
  readonly plan: DetectionPlan;
  /** Calibration with the decisions of people applied. */
  readonly calibration: Calibration;
  readonly window: Window;
  readonly seed: number;
  /** Remaining time, ms. */
  readonly left: () => number;
  /** @param done fraction of the faults that have been tried, 0–1 */
  readonly onProgress?: (done: number) => void;
  readonly faults?: readonly StandardFault[];
}

/** Faults longer than this are tried last in detectors of several tags, ms. */
const longMs = 3_600_000;

/** One fault at one start. */
interface Injection {
  readonly fault: StandardFault;
  readonly start: number;
}

/** An injection that is tried in one of the two parts of the detectors. */
interface Task extends Injection {
  readonly part: 'single' | 'several';
  readonly order: number;
}

/**
 * Measures the detection limits of the tags of a plan. It begins with every fault at one start, goes on with further starts, and
 * stops when the time is spent.
 */
export function measureLimits(options: MeasureOptions): Omit<MeasuredLimits, 'text'> {
  const { plan, window, faults = standardFaults, onProgress } = options;
  const measurement = new Measurement(options);
  const tasks = tasksOf(faults, window);
  const isComplete = tasks.every((task, index) => {
    onProgress?.(index / tasks.length);
    return measurement.try(task);
  });
  const tags = plan.tags.flatMap(({ name }, tag) => {
    const limits = measurement.limits(tag);
    return limits.length === 0 ? [] : [{ tag: name, limits }];
  });
  return { tags, complete: isComplete };
}

/**
 * Rounds of starts after which a fault is tried at its next one. Detectors of several tags try each tag of a group in a run of its own,
 * so long faults take most time there.
 */
const pace = { short: { single: 1, several: 1 }, long: { single: 2, several: 6 } };

/** Every fault at its first start before any at the next one, and single tags before several. */
function tasksOf(faults: readonly StandardFault[], { starts, begins, to }: Window): Task[] {
  const [from = to] = begins;
  return faults
    .flatMap((fault) => {
      const { withinMs, pastMs = 0 } = fault;
      const { single, several } = pace[withinMs > longMs ? 'long' : 'short'];
      return starts
        .flatMap(({ time }, start) => (time + withinMs <= to && time - pastMs >= from ? [start] : []))
        .flatMap((start, k): Task[] => [
          { fault, start, part: 'single', order: k * single },
          { fault, start, part: 'several', order: (k + 1) * several - 0.5 },
        ]);
    })
    .toSorted((a, b) => a.order - b.order);
}

class Measurement {
  readonly #options: MeasureOptions;
  readonly #results = new Results();
  readonly #single: Trial;
  readonly #several: Trial;
  readonly #spans: readonly number[];

  constructor(options: MeasureOptions) {
    this.#options = options;
    const { plan, calibration, window, left } = options;
    const tags = new TagTable(plan.tags);
    const { detectors, thresholds } = applyCalibration(calibration, detectorFactories(plan));
    const judging = detectors.filter(judgesValues);
    const checkTime = (): void => {
      if (left() <= 0) throw new TimeSpent('the time is spent');
    };
    const common = { calibration, thresholds, tags, window, checkTime };
    const isSingle = ({ name }: EngineDetector): boolean => pluginOf(name).byTag === true;
    this.#single = new Trial({ ...common, detectors: judging.filter(isSingle), groups: [] });
    this.#several = new Trial({ ...common, detectors: judging.filter((one) => !isSingle(one)), groups: plan.groups });
    this.#spans = plan.tags.map(({ range }, tag) => {
      const { lowest, highest } = (window.series[tag] as Window['series'][number]).resolution;
      return range === undefined ? Math.max(highest - lowest, Math.abs(highest), Number.MIN_VALUE) : range.high - range.low;
    });
  }

  /** @returns false if the time is spent */
  try({ fault, start, part }: Task): boolean {
    const tags = this.#options.plan.tags.flatMap((_, tag) => (this.#applies(fault, tag) ? [tag] : []));
    try {
      if (part === 'single') this.#trySingle({ fault, start }, tags);
      else this.#trySeveral({ fault, start }, tags);
      return true;
    } catch (thrown) {
      if (thrown instanceof TimeSpent) return false;
      throw thrown;
    }
  }

  limits(tag: number): DetectionLimit[] {
    const { faults = standardFaults, plan, window } = this.#options;
    const scanMs = plan.tags[tag]?.scanMs ?? 0;
    return faults
      .flatMap((fault) => limitOf(this.#results, fault, { tag, span: this.#spans[tag] as number, scanMs }, window.starts) ?? [])
      .toSorted((a, b) => faultKinds.indexOf(a.kind) - faultKinds.indexOf(b.kind));
  }

  #applies({ applies, withinMs }: StandardFault, index: number): boolean {
    const tag = this.#options.plan.tags[index];
    const series = this.#options.window.series[index];
    if (tag === undefined || series === undefined || series.values.length === 0) return false;
    return tag.scanMs <= withinMs && applies(tag, series.resolution);
  }

  #trySingle(injection: Injection, tags: readonly number[]): void {
    const { fault, start } = injection;
    const { observers: others } = this.#several;
    const { observers } = this.#single;
    const keep = (tag: number, value: number): void =>
      this.#results.set(fault.kind, tag, start, { value, atMost: others.has(tag) });
    for (const tag of tags) if (!observers.has(tag)) keep(tag, Number.POSITIVE_INFINITY);
    for (const lot of observers.lotsOf(tags.filter((tag) => observers.has(tag)))) {
      const found = this.#search(this.#single, injection, lot, (tag) => this.#guess(fault, tag, start));
      lot.forEach((tag, i) => keep(tag, found[i] as number));
    }
  }

  #trySeveral(injection: Injection, tags: readonly number[]): void {
    const { fault, start } = injection;
    const { observers } = this.#several;
    for (const lot of observers.lotsOf(tags.filter((tag) => observers.has(tag)))) {
      const known = new Map(lot.map((tag) => [tag, this.#results.at(fault.kind, tag, start)?.value ?? Number.POSITIVE_INFINITY]));
      const below = (tag: number): number => known.get(tag) as number;
      const found = this.#search(this.#several, injection, lot, (tag) => Math.min(rungs, below(tag)) - 1, below);
      lot.forEach((tag, i) =>
        this.#results.set(fault.kind, tag, start, { value: Math.min(below(tag), found[i] as number), atMost: false }),
      );
    }
  }

  /** @returns for each tag of a lot the lowest detected rung, or ms for a fault of one size; infinite if not detected */
  #search(
    trial: Trial,
    injection: Injection,
    lot: readonly number[],
    guess: (tag: number) => number | undefined,
    below: (tag: number) => number = () => Number.POSITIVE_INFINITY,
  ): number[] {
    const { fault, start } = injection;
    if (!fault.sized) {
      const most = Math.min(fault.withinMs, Math.max(...lot.map(below)));
      const times = trial.run(start, this.#inject(injection, new Map(lot.map((tag) => [tag, 1]))), most);
      return lot.map((tag) => times.get(tag) ?? Number.POSITIVE_INFINITY);
    }
    const attempt = (attempts: readonly (readonly [number, number])[]): Outcome[] => {
      const shares = new Map(attempts.map(([tag, rung]) => [tag, shareOf(rung)]));
      const times = trial.run(start, this.#inject(injection, shares), fault.withinMs);
      return attempts.map(([tag]) => {
        const time = times.get(tag);
        return time === undefined ? undefined : time / fault.withinMs;
      });
    };
    const growing = fault.growing === true ? ratio : undefined;
    const least = (tag: number): number => Math.min(rungs, below(tag));
    const found = lowestRungs(lot, attempt, { rungs, growing }, guess, least);
    return found.map((rung) => (rung >= rungs ? Number.POSITIVE_INFINITY : rung));
  }

  /** A likely rung: that of earlier starts; for a drift, that of the offset. */
  #guess(fault: StandardFault, tag: number, start: number): number | undefined {
    const { kind, growing } = fault;
    const earlier = this.#results.likelyRung(kind, tag);
    const likely = earlier ?? (growing === true ? this.#results.at('offset', tag, start)?.value : undefined);
    if (likely === undefined) return undefined;
    return Number.isFinite(likely) ? Math.round(likely) : rungs - 1;
  }

  #inject({ fault: { kind, begin }, start }: Injection, shares: ReadonlyMap<number, number>): Map<number, Falsify> {
    const { plan, window, seed } = this.#options;
    return new Map(
      [...shares].map(([index, share]) => {
        const tag = plan.tags[index] as DetectionPlan['tags'][number];
        const series = window.series[index] as Window['series'][number];
        const victim = {
          tag,
          resolution: series.resolution,
          span: this.#spans[index] as number,
          sign: window.starts[start]?.sign ?? 1,
          random: new Random(seed).fork(`${tag.name} ${kind} ${start}`),
          valueAt: (time: number) => series.at(time),
        };
        return [index, begin(victim, share)];
      }),
    );
  }
}

/**
 * Leaves out detectors that values of a tag cannot change, and those that no calibration sets: devices, traffic, and novelty, whose
 * threshold follows its own findings.
 */
const judgesValues = ({ plugin, detector }: EngineDetector): boolean =>
  plugin.input !== 'event' &&
  plugin.threshold !== 'adaptive' &&
  detector.channels.some(({ tags, device }) => tags.length > 0 && device === undefined);
