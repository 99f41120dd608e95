import type { DetectorFactory, DetectorGroup, DetectorPlugin } from '../../core/detector.ts';
import type { Finding } from '../../core/finding.ts';
import type { Clock } from '../../core/clock.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import type { TagTable } from '../../core/tag.ts';
import type { UnwatchedStatus } from '../../core/unwatched.ts';
import { calibrateDetectors, unwatchedChannels } from '../../learning/calibration/index.ts';
import {
  createEngine,
  defaultEngineSettings,
  type Engine,
  type EngineDetector,
  type EngineSettings,
  type EngineSnapshot,
} from '../../detection/engine/index.ts';
import { defaultGroups } from '../../detection/plan/groups.ts';
import { withoutCopies } from './copies.ts';
import { RowScores } from './scores.ts';
import { inOrderOf, inPast, inSequence, observeRow, observeTables, tagsOf, usualPeriod } from './stream.ts';
import type { Table } from './table.ts';
import type { BudgetPromise, Calibration } from '../../detection/baseline/format.ts';
import { thresholdsOf } from '../../detection/baseline/apply.ts';

export interface BacktestOptions {
  readonly input: Table;
  readonly plugins: readonly DetectorPlugin[];
  /** Normal operation in other files. */
  readonly calibrate: readonly Table[];
  /** Rows at the start of the input that are normal operation. */
  readonly calibrateRows: number;
  readonly budgetPerDay: number;
  /** Time between rows, ms; default: the median step. */
  readonly periodMs?: number | undefined;
  readonly clock: Clock;
  readonly onProgress?: (done: number, text: string) => void;
  readonly signal?: AbortSignal;
}

/** One row of the result. */
export interface RowResult {
  readonly row: number;
  /** ms UTC */
  readonly time: number;
  /** Highest score of any channel; the threshold is 1. */
  readonly score: number;
  /** True while a finding is open. */
  readonly alarm: boolean;
  /** Contributing tags with their shares, largest first. */
  readonly top: readonly { readonly tag: string; readonly share: number }[];
  /** Open findings. */
  readonly open: readonly Finding[];
}

export interface Backtest {
  /** Undefined if nothing was calibrated. */
  readonly promise: BudgetPromise | undefined;
  readonly unwatched: UnwatchedStatus;
  readonly results: AsyncIterable<RowResult>;
}

/** Detectors and thresholds of one calibration, used to judge many tables. */
export interface LearnedBacktest {
  readonly promise: BudgetPromise;
  readonly unwatched: UnwatchedStatus;
  readonly detectors: readonly EngineDetector[];
  /**
   * Judges a table as if it followed the calibration. One table at a time.
   * @param silentRows rows at its start that were used for calibration
   * @param after state to continue from, instead of the end of the calibration
   */
  judge(input: Table, silentRows?: number, after?: EngineSnapshot): AsyncGenerator<RowResult>;
  /** State after the rows that were judged so far. */
  state(): EngineSnapshot;
}

/** Streams a table through the detectors that also monitor a plant. */
export async function backtest(options: BacktestOptions): Promise<Backtest> {
  const { input, calibrateRows } = options;
  const head: Table = { ...input, times: input.times.slice(0, calibrateRows), rows: input.rows.slice(0, calibrateRows) };
  const calibrate = inSequence(options.calibrate.map((table) => inOrderOf(input.columns, table)));
  const normal = [...inPast(calibrate, input.times[0] ?? 0), ...(calibrateRows > 0 ? [head] : [])];
  if (normal.length > 0) {
    const learned = await learnBacktest({ ...options, normal });
    return { promise: learned.promise, unwatched: learned.unwatched, results: learned.judge(input, calibrateRows) };
  }
  const { detectors: factories, ...common } = wiringOf(
    options,
    input.columns,
    [],
    options.periodMs ?? usualPeriod([input]) ?? 1_000,
  );
  const detectors = factories.map((factory) => ({ ...factory, detector: factory.create() }));
  const scores = new RowScores();
  const engine = createEngine({ ...common, detectors, thresholds: {}, onScore: scores.takeScore });
  return {
    promise: undefined,
    unwatched: unwatchedOf(detectors, input.columns, undefined),
    results: judge({ ...options, input }, 0, engine, detectors, scores),
  };
}

/** Calibrates the detectors on tables with the same columns. */
export async function learnBacktest(
  options: Omit<BacktestOptions, 'input' | 'calibrate' | 'calibrateRows'> & { readonly normal: readonly Table[] },
): Promise<LearnedBacktest> {
  const normal = withoutCopies(inSequence(options.normal));
  const columns = normal[0]?.columns ?? [];
  const wiring = wiringOf(options, columns, normal, options.periodMs ?? usualPeriod(normal) ?? 1_000);
  const { detectors: factories, ...common } = wiring;
  const { calibration, detectors } = await calibrateDetectors({
    ...common,
    detectors: factories,
    source: () => observeTables(normal),
    description: normal.map(({ name }) => name).join(', '),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const scores = new RowScores();
  const engine = createEngine({
    ...common,
    detectors,
    thresholds: thresholdsOf(calibration),
    states: calibration.states,
    onScore: scores.takeScore,
  });
  const learned = engine.snapshot();
  let judged = false;
  return {
    promise: calibration.promise,
    unwatched: unwatchedOf(detectors, columns, calibration),
    detectors,
    state: () => engine.snapshot(),
    judge(input, silentRows = 0, after = learned) {
      if (judged || after !== learned) engine.restore(after);
      judged = true;
      return judge({ ...options, input }, silentRows, engine, detectors, scores);
    },
  };
}

const unwatchedOf = (
  detectors: readonly EngineDetector[],
  columns: readonly string[],
  calibration: Calibration | undefined,
): UnwatchedStatus =>
  unwatchedChannels(
    detectors.map(({ name, plugin, detector }) => ({ name, plugin, channels: detector.channels })),
    columns,
    calibration,
  );

function wiringOf(
  options: Pick<BacktestOptions, 'plugins' | 'clock' | 'budgetPerDay'>,
  columns: readonly string[],
  normal: readonly Table[],
  periodMs: number,
) {
  const tags = tagsOf(columns, normal, periodMs);
  const groups = defaultGroups(tags, periodMs);
  const settings: EngineSettings = {
    ...defaultEngineSettings,
    feed: { ...defaultEngineSettings.feed, pace: 'row', tickMs: periodMs },
  };
  return { tags, groups, settings, budgetPerDay: options.budgetPerDay, detectors: factoriesOf(options, tags, groups) };
}

/** Properties of an engine that judging needs beside its scores. */
export interface Judged {
  open(): readonly Finding[];
  readonly detectors: readonly EngineDetector[];
}

const mostTop = 5;
/** Score from which rows are explained. */
const explainedFrom = 0.5;
/** Rows between two checks of the abort signal. */
const breath = 1_000;

/** Result of one row after the engine has processed it. */
export function resultOf(row: number, time: number, scores: RowScores, judged: Judged): RowResult {
  const { detectors } = judged;
  const open = judged.open();
  const worst = open.toSorted((a, b) => b.score - a.score)[0];
  const explanation =
    worst?.explanation ??
    (scores.highest >= explainedFrom ? detectors[scores.detector]?.detector.explain(scores.channel) : undefined);
  const top = explanation?.contributions.slice(0, mostTop).map(({ tag, share }) => ({ tag, share: Math.abs(share) })) ?? [];
  return { row, time, score: scores.highest, alarm: open.length > 0, top, open };
}

async function* judge(
  { input, signal, onProgress }: Pick<BacktestOptions, 'input' | 'signal' | 'onProgress'>,
  calibrateRows: number,
  engine: Engine,
  detectors: readonly EngineDetector[],
  scores: RowScores,
): AsyncGenerator<RowResult> {
  for (let row = 0; row < input.rows.length; row++) {
    if (row % breath === 0) {
      signal?.throwIfAborted();
      onProgress?.(row / input.rows.length, 'judging');
    }
    const time = input.times[row] as number;
    if (row < calibrateRows) {
      yield { row, time, score: 0, alarm: false, top: [], open: [] };
      continue;
    }
    scores.begin();
    for (const observation of observeRow(input.rows.at(row) as Float64Array, time)) engine.observe(observation);
    yield resultOf(row, time, scores, { detectors, open: () => engine.open() });
  }
}

function factoriesOf(
  { plugins, clock }: Pick<BacktestOptions, 'plugins' | 'clock'>,
  tags: TagTable,
  groups: readonly DetectorGroup[],
): DetectorFactory[] {
  const context: PluginContext = { logger: silentLogger, clock, random: new Random(1), metrics: new Metrics() };
  const watched = tags.tags.map((_, index) => index);
  const devices = [...new Set(tags.tags.map(({ device }) => device))];
  return plugins.map((plugin) => ({
    name: plugin.type,
    plugin,
    create: () => plugin.create(plugin.schema.parse({}), { tags, watched, groups, devices, timeZone: 'UTC' }, context),
  }));
}
