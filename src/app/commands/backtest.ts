import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { recognisedBy } from '../../../collectors/index.ts';
import { detectors } from '../../../detectors/index.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { openState } from '../../state/state.ts';
import { adviceOf } from '../../tools/backtest/advice.ts';
import { type Judged, writeResults } from '../../tools/backtest/report/output.ts';
import { backtestPackets } from '../../tools/backtest/packets.ts';
import { backtest } from '../../tools/backtest/run.ts';
import { readableHistory } from '../../tools/readable-history.ts';
import { backtestStored, openHistorian, tracesOfHistorian } from '../../tools/backtest/stored.ts';
import { withLabelsOf } from '../../tools/backtest/labels.ts';
import type { Reading } from '../../tools/backtest/records.ts';
import { readTable } from '../../tools/backtest/read-table.ts';
import type { Table } from '../../tools/backtest/table.ts';
import { tracesOfTable } from '../../tools/backtest/traces.ts';
import { excludedIn } from '../../learning/job/exclude.ts';
import { withModes } from '../../learning/baselines/modes.ts';
import { unwatchedIn } from '../../learning/baselines/unwatched.ts';
import { modesInForce } from '../../learning/baselines/modes-in-force.ts';
import { runCalibration } from '../../learning/job/job.ts';
import { loadBaseline } from '../../learning/baselines/store.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { planDetection } from '../../detection/plan/plan.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { countBetween, numberBetween, timeOption } from '../../tools/option-values.ts';
import { stopSignal } from '../../service/process.ts';
import { ProgressBar } from '../../service/progress.ts';
import { loadUntouched } from './untouched.ts';

interface Options extends CommonOptions {
  readonly input?: string;
  readonly out?: string;
  readonly report?: string;
  readonly json?: string;
  readonly calibrate: readonly string[];
  readonly calibrateRows?: number;
  readonly calibratePackets?: number;
  readonly calibrateFrom?: number;
  readonly calibrateTo?: number;
  readonly from?: number;
  readonly to?: number;
  readonly time?: readonly string[];
  readonly timeFormat?: string;
  readonly period?: number;
  readonly ignore: readonly string[];
  readonly skipLines?: number;
  readonly every?: number;
  readonly labels?: string;
  readonly labelsFile?: string;
  readonly anomalous: readonly string[];
  readonly budget?: number;
}

/** Progress bar and stop signal of a backtest. */
interface Work {
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

/** Alarm budget without a configuration, alerts per day. */
const usualBudget = 2.4;
/** Default time between two results of a recorded period, ms. */
const usualPeriodMs = 10_000;

/** `scadawatch backtest`: runs the detectors on a table, a capture or a recorded period. */
export function backtestCommand(program: Command): void {
  const time = timeOption(() => systemClock.now());
  commonOptions(program.command('backtest'))
    .description('run the detectors on process data, captured packets or the records of a plant, and report the result')
    .argument('[plant.yaml]', 'plant whose records since --from are judged by its own baseline')
    .option('--input <file>', 'CSV with one header line (comma, semicolon, tab, bar or blanks), pcap or pcapng; plain or gzipped')
    .option('--out <file>', 'CSV result: row,score,alarm,top for each row, packet or period')
    .option('--report <file>', 'HTML report: timeline, alerts with explanations, alerts per day against the alarm budget')
    .option('--json <file>', 'JSON result: alarm episodes with findings, labelled stretches, scores')
    .option('--calibrate <file...>', 'recordings of normal operation to learn from, of the same kind as the input', [])
    .option('--calibrate-rows <n>', 'the first n rows of the input are normal operation', countBetween(1, 1e9))
    .option('--calibrate-packets <n>', 'the first n packets of a capture are normal traffic', countBetween(1, 1e9))
    .option('--calibrate-from <time>', 'learn from records of the plant since this time instead of using its baseline', time)
    .option('--calibrate-to <time>', 'end of the records to learn from (default: --from)', time)
    .option('--from <time>', 'start of the period to judge: ISO 8601, or 7d for seven days ago', time)
    .option('--to <time>', 'end of the period to judge (default: now)', time)
    .option(
      '--time <column...>',
      'name or 0-based index of the time column, or of date and time of day (default: time, timestamp, datetime or date)',
    )
    .option('--time-format <format>', 'strptime directives, unix or unixms (default: ISO 8601)')
    .option(
      '--period <seconds>',
      'seconds between rows without a time column (default: 1); between results of a recorded period (default: 10)',
      numberBetween(1e-3, 1e9),
    )
    .option('--ignore <column...>', 'names or 0-based indices of columns that are left out', [])
    .option('--skip-lines <n>', 'lines before the header of the input and of the files to learn from', countBetween(1, 1e3))
    .option('--every <n>', 'use one of n rows, for files that do not fit in memory', countBetween(1, 1e6))
    .option('--labels <column>', 'column with the labels of anomalous rows: the result is scored by it, and it is not a tag')
    .option(
      '--labels-file <file>',
      'file with that column, if it is not in the input: a header, then one row for each row of the input',
    )
    .option(
      '--anomalous <cell...>',
      'labels that mean anomalous (default: a number above 0, true, yes, anomaly, attack, fault)',
      [],
    )
    .option(
      '--budget <per-day>',
      `accepted alerts per day of normal operation (default: ${usualBudget}, or that of the plant)`,
      numberBetween(1e-6, 1e6),
    )
    .addHelpText(
      'after',
      '\nBeside a running monitor with the embedded historian, a copy of its history in the temporary folder is judged.',
    )
    .action(run);
}

async function run(file: string | undefined, options: Options): Promise<void> {
  if (options.out === undefined && options.report === undefined && options.json === undefined)
    throw badOptions(
      'there is nowhere to write the result',
      '--out names a file of rows, --report an HTML file, --json one for programs',
    );
  if ((file === undefined) === (options.input === undefined))
    throw badOptions('one of plant.yaml and --input is needed', '--input names a file, plant.yaml what that plant has recorded');
  const work = { bar: new ProgressBar(systemClock), signal: stopSignal() };
  try {
    if (file !== undefined) await judgeStored(file, options, work);
    else {
      const input = options.input as string;
      const isPackets = options.calibratePackets !== undefined || (await recognisedBy(input)) !== undefined;
      const judged = isPackets ? judgePackets(input, options, work) : await judgeTable(input, options, work);
      for (const line of await writeResults(judged, options, work.signal)) console.log(line);
    }
  } finally {
    work.bar.end();
  }
}

async function judgeTable(path: string, options: Options, { bar, signal }: Work): Promise<Judged> {
  refuse(options, storedOptions, `${path} is a file`, 'name a plant.yaml in its place to judge what a plant has recorded');
  const { labels, labelsFile, budget = usualBudget, every = 1 } = options;
  if (labelsFile !== undefined && labels === undefined)
    throw badOptions(`${labelsFile}: which column has the labels is not said`, '--labels names it');
  const calibrateRows = Math.ceil((options.calibrateRows ?? 0) / every);
  const periodMs = options.period === undefined ? undefined : options.period * 1_000;
  const { time, timeFormat, ignore, anomalous, skipLines } = options;
  const columns = { time, timeFormat, periodMs, ignore, labels, anomalous, skipLines, every };
  const reading = (file: string): Reading => {
    bar.restart();
    return { onProgress: (done) => bar.show(done, `reading ${basename(file)}`), signal };
  };
  const read = (file: string): Promise<Table> => {
    return readTable(file, columns, reading(file));
  };
  const alone = await read(path);
  const input = labelsFile === undefined ? alone : await withLabelsOf(labelsFile, alone, columns, reading(labelsFile));
  if (labels !== undefined && input.labels === undefined)
    throw badOptions(
      `${path}, line 1: there is no column ${labels} for the labels`,
      `--labels names one of its columns, --labels-file another file that has it: ${input.file?.header.join(', ')}`,
    );
  const calibrate: Table[] = [];
  for (const name of options.calibrate) calibrate.push(await read(name));
  bar.restart();
  for (const line of adviceOf({ input, calibrate, calibrateRows, ignore })) console.error(line);
  const { promise, unwatched, results } = await backtest({
    input,
    plugins: detectors,
    calibrate,
    calibrateRows,
    budgetPerDay: budget,
    periodMs: periodMs === undefined ? undefined : periodMs * every,
    clock: systemClock,
    onProgress: (done, text) => bar.show(done, text),
    signal,
  });
  bar.restart();
  if (promise === undefined) console.error('No calibration: learning online from the first row.');
  else if (!promise.promised) console.error(promise.text);
  const from = [...options.calibrate.map((name) => basename(name)), ...(calibrateRows > 0 ? ['the first rows'] : [])];
  return {
    results,
    subject: {
      name: basename(path),
      unit: 'rows',
      every,
      taughtRows: Math.min(calibrateRows, input.rows.length),
      learnedFrom: from.length === 0 ? 'the rows themselves, as they come' : from.join(', '),
      promise,
      unwatched,
      budgetPerDay: budget,
      dated: input.file?.timed === true,
      labels: input.labels,
      traces: tracesOfTable(input),
    },
  };
}

/** Options that select a recorded period. */
const storedOptions = ['from', 'to', 'calibrateFrom', 'calibrateTo'] as const;
/** Options for rows and columns, which a packet capture does not have. */
const tableOptions = [
  'calibrateRows',
  'time',
  'timeFormat',
  'period',
  'labels',
  'labelsFile',
  'skipLines',
  'every',
  ...storedOptions,
] as const;
/** Options that do not apply to a recorded period. */
const fileOptions = [
  'calibrateRows',
  'calibratePackets',
  'time',
  'timeFormat',
  'labels',
  'labelsFile',
  'skipLines',
  'every',
] as const;

function judgePackets(input: string, options: Options, { signal }: Work): Judged {
  const hint = '--calibrate-packets says how many packets at the start are normal traffic';
  refuse(options, tableOptions, `${input} is a capture`, hint);
  if (options.ignore.length > 0) throw badOptions(`${input} is a capture: --ignore is not for it`, hint);
  const { calibrate, calibratePackets = 0 } = options;
  if (calibrate.length === 0 && calibratePackets === 0)
    console.error('No calibration: only rules that need none judge (scans, bursts of faults, sessions that become weaker).');
  return {
    results: backtestPackets({ input, plugins: detectors, calibrate, calibratePackets, clock: systemClock, signal }),
    subject: {
      name: basename(input),
      unit: 'packets',
      taughtRows: calibratePackets,
      learnedFrom: calibrate.length > 0 ? calibrate.map((name) => basename(name)).join(', ') : 'the first packets',
      promise: undefined,
      budgetPerDay: options.budget ?? usualBudget,
      dated: true,
      traces: async () => [],
    },
  };
}

async function judgeStored(file: string, options: Options, { bar, signal }: Work): Promise<void> {
  refuse(options, fileOptions, 'what a plant has recorded is judged', 'they are for --input');
  const { from, to = systemClock.now() } = options;
  if (from === undefined) throw badOptions('the start of the period is missing', '--from 7d judges the last seven days');
  const stated = await loadUntouched(file, options);
  using state = openState(options.data);
  const config = withModes(stated, modesInForce(state.baselines, stated.tags));
  const own = planDetection(config);
  const plan = options.budget === undefined ? own : { ...own, budgetPerDay: options.budget };
  await using history = await readableHistory(config, options.data, 'backtest', console.error);
  const show = (done: number, text: string): void => bar.show(done, text);
  const { plugin, config: settings } = config.historian;
  const source = { type: 'history' as const, historian: { type: plugin.type, config: settings }, dataDir: history.dir };
  const learn = async (since: number, until: number): Promise<Baseline> => {
    const { excluded } = await excludedIn(state, config.tags, since, until);
    const workers = config.workers ?? availableParallelism();
    return await runCalibration({ plan, source: { ...source, from: since, to: until, excluded }, workers }, show, signal);
  };
  const baseline =
    options.calibrateFrom === undefined
      ? loadBaseline(state.baselines, plan)
      : await learn(options.calibrateFrom, options.calibrateTo ?? from);
  bar.restart();
  if (baseline === undefined)
    throw new ScadaError('config', 'BASELINE_MISMATCH', `no baseline was learned for the tags, detectors and budget of ${file}`, {
      hint: 'learn one with scadawatch calibrate, or name normal operation with --calibrate-from and --calibrate-to',
    });
  if (!baseline.calibration.promise.promised) console.error(baseline.calibration.promise.text);
  await using historian = await openHistorian(config, history.dir, systemClock);
  const periodMs = options.period === undefined ? usualPeriodMs : options.period * 1_000;
  const judged: Judged = {
    results: backtestStored({ plan, baseline, historian, from, to, periodMs, onProgress: show, signal }),
    subject: {
      name: config.site.name,
      unit: 'periods',
      taughtRows: 0,
      learnedFrom: baseline.calibration.source,
      promise: baseline.calibration.promise,
      unwatched: unwatchedIn(plan, baseline),
      budgetPerDay: plan.budgetPerDay,
      dated: true,
      traces: tracesOfHistorian(historian, config, signal),
    },
  };
  await writeResults(judged, options, signal);
}

function refuse(options: Options, names: readonly (keyof Options)[], what: string, hint: string): void {
  const odd = names.find((name) => options[name] !== undefined);
  if (odd === undefined) return;
  throw badOptions(`${what}: --${odd.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is not for it`, hint);
}

const badOptions = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
