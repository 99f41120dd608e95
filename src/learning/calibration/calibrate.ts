import type { Episode } from '../../core/episodes.ts';
import type { Observation } from '../../core/observation.ts';
import { ScadaError } from '../../core/errors.ts';
import { defaultEngineSettings, type EngineDetector, type Threshold } from '../../detection/engine/index.ts';
import { episodesOf, type NameOf } from './episodes.ts';
import { fitBudget } from './fit.ts';
import { FoldRun } from './folds.ts';
import { judgingOf, type Learned } from './learned.ts';
import { rarityOf } from './rarity.ts';
import { Survey } from './survey.ts';
import { type CalibrateOptions, type LearnOptions } from './types.ts';
import { type Calibration, calibrationVersion } from '../../detection/baseline/format.ts';

/** Default number of blocks that calibration holds out in turn. */
export const defaultFolds = 5;

/** Detectors after learning, with their running state at the end of the calibration, and the record of it. */
export interface Calibrated {
  readonly calibration: Calibration;
  readonly detectors: readonly EngineDetector[];
  /** The same learning with the thresholds of another alarm budget. */
  readonly atBudget: (budgetPerDay: number) => Calibration;
}

/**
 * Learns the baselines and sets the thresholds from normal operation. Memory does not grow with the data.
 * @throws ScadaError INPUT_INVALID if there is nothing to learn from; AbortError when the signal aborts
 */
export async function calibrate(options: CalibrateOptions): Promise<Calibration> {
  return (await calibrateDetectors(options)).calibration;
}

/** Like `calibrate`, and returns the detectors that learned, to continue at the end of the calibration. */
export async function calibrateDetectors(options: CalibrateOptions): Promise<Calibrated> {
  return calibrated(options, await run(options));
}

/** The same for a synchronous source: no other work runs before it is done. */
export function calibrateNow(options: CalibrateOptions, source: () => Iterable<Observation>): Calibrated {
  const steps = learningSteps(options);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return calibrated(options, step.value);
    const { begin, take, end } = step.value;
    begin();
    for (const observation of source()) take(observation);
    end();
  }
}

/**
 * Learns from normal operation without setting thresholds. Several calls may share the detectors of a site, see `joinLearned`.
 * @throws ScadaError INPUT_INVALID if there is nothing to learn from; AbortError when the signal aborts
 */
export async function learn(options: LearnOptions): Promise<Learned> {
  return (await run(options)).learned;
}

type Budgeted = Pick<CalibrateOptions, 'budgetPerDay' | 'positions' | 'description'>;

/** The learned baselines, with the thresholds of an alarm budget. */
export const calibrationOf = (learned: Learned, budgeted: Budgeted): Calibration =>
  calibrationWithEpisodes(learned, budgeted).calibration;

/** The same, with the unusual episodes of the data. */
export function calibrationWithEpisodes(
  learned: Learned,
  { budgetPerDay, positions = [], description }: Budgeted,
): { readonly calibration: Calibration; readonly episodes: (nameOf: NameOf) => Episode[] } {
  const { byDetector, unwatched, promise, positions: promises, trials } = fitBudget(learned, budgetPerDay, positions);
  const thresholds = withRarity(learned, byDetector, promise.days);
  const calibration: Calibration = {
    version: calibrationVersion,
    source: description,
    from: learned.from,
    to: learned.to,
    promise,
    ...(promises.length === 0 ? {} : { positions: promises }),
    ...(learned.states === undefined ? {} : { states: learned.states }),
    detectors: Object.fromEntries(
      learned.detectors.map(({ name, baseline }) => {
        const without = unwatched.get(name);
        return [
          name,
          { baseline, thresholds: thresholds.get(name) ?? {}, ...(without === undefined ? {} : { unwatched: without }) },
        ];
      }),
    ),
  };
  return { calibration, episodes: (nameOf) => episodesOf(learned, trials, nameOf) };
}

/** One reading of the source from its beginning to its end. */
interface Reading {
  readonly begin: () => void;
  readonly take: (observation: Observation) => void;
  readonly end: () => void;
}

const nothing = (): void => {};

/** The learned baselines, and the detectors that learned them. */
interface Run {
  readonly learned: Learned;
  readonly detectors: readonly EngineDetector[];
}

async function run(options: LearnOptions): Promise<Run> {
  const steps = learningSteps(options);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    const { begin, take, end } = step.value;
    const taken = (observation: Observation): void => {
      options.signal?.throwIfAborted();
      take(observation);
    };
    begin();
    const source = options.source();
    // awaiting each row of data in memory costs more than some detectors
    if (Symbol.iterator in source) for (const observation of source) taken(observation);
    else for await (const observation of source) taken(observation);
    end();
  }
}

function* learningSteps(options: LearnOptions): Generator<Reading, Run> {
  const settings = options.settings ?? defaultEngineSettings;
  const survey = new Survey(options.tags);
  yield { begin: nothing, take: (observation) => survey.observe(observation), end: nothing };
  if (survey.observations === 0)
    throw new ScadaError('config', 'INPUT_INVALID', 'there is no normal operation to calibrate from', {
      hint: 'choose a time span in which the plant ran and was recorded',
    });
  const folds = Math.max(2, Math.min(options.folds ?? defaultFolds, survey.observations));
  const run = new FoldRun(options, settings, survey, folds);
  const passes = run.learningPasses;
  const reported = Math.max(passes, options.passes ?? 0);
  const textOf = (pass: number): string => (reported === 1 ? 'learning' : `learning, pass ${pass + 1} of ${reported}`);
  const progress = progressOf(options, survey.observations, run);
  for (let pass = 0; pass < passes; pass++) {
    const tell = progress(pass, textOf(pass));
    yield {
      begin: () => run.begin(pass),
      take: (observation) => {
        run.learn(observation, pass);
        tell.row();
      },
      end: () => run.end(pass, tell.fitted),
    };
  }
  for (let pass = passes; pass < reported; pass++) progress(passes, textOf(pass)).row();
  const tell = progress(passes, 'setting thresholds');
  yield {
    begin: () => run.begin(passes),
    take: (observation) => {
      run.score(observation);
      tell.row();
    },
    end: () => run.end(passes),
  };
  return outcome(options, run, survey);
}

function outcome(options: LearnOptions, run: FoldRun, survey: Survey): Run {
  const members = new Map(run.members.map((member) => [member.factory.name, member]));
  const detectors = options.detectors.map((factory) => ({
    name: factory.name,
    plugin: factory.plugin,
    detector: members.get(factory.name)?.whole ?? factory.create(),
  }));
  const learned = detectors.map(({ name, plugin, detector }) => ({
    name,
    plugin,
    channels: detector.channels,
    offset: members.get(name)?.offset ?? 0,
    baseline: detector.snapshot().baseline,
    ...judgingOf(detector),
  }));
  const { from, to, coveredMs, rows, states } = survey;
  const { outOfFold, inSample } = run;
  const moments = run.moments.list();
  return { detectors, learned: { from, to, coveredMs, rows, states, detectors: learned, outOfFold, inSample, moments } };
}

function calibrated(options: CalibrateOptions, { learned, detectors }: Run): Calibrated {
  const atBudget = (budgetPerDay: number): Calibration => calibrationOf(learned, { ...options, budgetPerDay });
  const calibration = atBudget(options.budgetPerDay);
  options.onProgress?.(1, 'calibrated');
  return { detectors, calibration, atBudget };
}

/** The thresholds with the tail of each channel on holdout folds, for the certainty of a finding. */
function withRarity(
  { detectors, outOfFold }: Learned,
  byDetector: ReadonlyMap<string, ChannelThresholds>,
  days: number,
): ReadonlyMap<string, ChannelThresholds> {
  return new Map(
    detectors.map(({ name, channels, offset }): [string, ChannelThresholds] => {
      const known = byDetector.get(name) ?? {};
      const pairs = channels.flatMap(({ key }, i) => {
        const threshold = known[key];
        return threshold === undefined ? [] : [[key, { ...threshold, rarity: rarityOf(outOfFold.of(offset + i), days) }]];
      });
      return [name, Object.fromEntries(pairs) as ChannelThresholds];
    }),
  );
}

type ChannelThresholds = Readonly<Record<string, Threshold>>;

/** Reports the progress of learning, a hundred times a pass and after each fit at its end, by their costs. */
function progressOf(options: LearnOptions, observations: number, run: FoldRun) {
  const reading = Array.from({ length: run.learningPasses + 1 }, (_, pass) => run.work(pass));
  const work = reading.map((cost, pass) => cost + run.fitting(pass));
  const before = work.map((_, pass) => work.slice(0, pass).reduce((sum, one) => sum + one, 0));
  const all = work.reduce((sum, one) => sum + one, 0);
  const every = Math.max(1, Math.floor(observations / 100));
  return (pass: number, text: string) => {
    const tell = (done: number): void => options.onProgress?.(((before[pass] as number) + done) / all, text);
    let row = 0;
    return {
      row: (): void => {
        if (row++ % every === 0) tell(((row - 1) / observations) * (reading[pass] as number));
      },
      fitted: (share: number): void => tell((reading[pass] as number) + share * run.fitting(pass)),
    };
  };
}
