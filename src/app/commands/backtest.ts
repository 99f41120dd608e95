import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { detectors } from '../../../detectors/index.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { isCapture } from '../backtest/capture-file.ts';
import { backtestPackets } from '../backtest/packets.ts';
import { backtest, type RowResult } from '../backtest/run.ts';
import { readTable, type Table } from '../backtest/table.ts';
import { numberBetween } from '../options.ts';
import { stopSignal } from '../process.ts';
import { ProgressBar } from '../progress.ts';

interface Options {
  readonly input: string;
  readonly out: string;
  readonly calibrate: readonly string[];
  readonly calibrateRows?: number;
  readonly calibratePackets?: number;
  readonly time?: string;
  readonly timeFormat?: string;
  readonly period?: number;
  readonly ignore: readonly string[];
  readonly budget: number;
}

/** `scadawatch backtest`: any table of process data, or any capture of packets, through the detectors that watch a plant. */
export function backtestCommand(program: Command): void {
  program
    .command('backtest')
    .description('judge a file of process data or of captured packets as if it came from a plant')
    .requiredOption(
      '--input <file>',
      'CSV with one header line (comma, semicolon, tab or blanks), pcap or pcapng; plain or gzipped',
    )
    .requiredOption('--out <file>', 'result: row,score,alarm,top for each row or packet of the input')
    .option('--calibrate <file...>', 'normal running to learn from, of the same kind as the input', [])
    .option('--calibrate-rows <n>', 'the first rows of the input are normal running', numberBetween(1, 1e9))
    .option('--calibrate-packets <n>', 'the first packets of a capture are normal traffic', numberBetween(1, 1e9))
    .option('--time <column>', 'name or 0-based index of the time column (default: time, timestamp, datetime or date)')
    .option('--time-format <format>', 'strptime directives, unix or unixms (default: ISO 8601)')
    .option('--period <seconds>', 'between rows, where no time column says it (default: 1)', numberBetween(1e-3, 1e9))
    .option('--ignore <column...>', 'columns that are no tags', [])
    .option('--budget <per-day>', 'alerts per day that are accepted on normal running', numberBetween(1e-6, 1e6), 2.4)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const signal = stopSignal();
  const bar = new ProgressBar(systemClock);
  try {
    await judge(options, bar, signal);
  } finally {
    bar.end();
  }
}

async function judge(options: Options, bar: ProgressBar, signal: AbortSignal): Promise<void> {
  if (options.calibratePackets !== undefined || (await isCapture(options.input))) return judgePackets(options, signal);
  const periodMs = options.period === undefined ? undefined : options.period * 1_000;
  const reading = { time: options.time, timeFormat: options.timeFormat, periodMs, ignore: options.ignore };
  const input = await readTable(options.input, reading);
  const calibrate: Table[] = [];
  for (const path of options.calibrate) calibrate.push(await readTable(path, reading));
  const { promise, results } = await backtest({
    input,
    plugins: detectors,
    calibrate,
    calibrateRows: options.calibrateRows ?? 0,
    budgetPerDay: options.budget,
    periodMs,
    clock: systemClock,
    onProgress: (done, text) => bar.show(done, text),
    signal,
  });
  if (promise === undefined) console.error('No calibration: learning online from the first row.');
  else if (!promise.promised) console.error(promise.text);
  await pipeline(Readable.from(linesOf(results)), createWriteStream(options.out), { signal });
}

/** Options that mean rows and columns, which packets have not. */
const tableOptions = ['calibrateRows', 'time', 'timeFormat', 'period'] as const;

async function judgePackets(options: Options, signal: AbortSignal): Promise<void> {
  const odd = tableOptions.find((name) => options[name] !== undefined);
  if (odd !== undefined || options.ignore.length > 0) {
    const name = (odd ?? 'ignore').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new ScadaError('config', 'INPUT_INVALID', `${options.input} is a capture: --${name} is for tables`, {
      hint: '--calibrate-packets says how many packets at the start are normal traffic',
    });
  }
  const { input, calibrate, calibratePackets = 0 } = options;
  if (calibrate.length === 0 && calibratePackets === 0)
    console.error('No calibration: only rules that need none judge (scans, bursts of faults, sessions that become weaker).');
  const results = backtestPackets({ input, plugins: detectors, calibrate, calibratePackets, clock: systemClock, signal });
  await pipeline(Readable.from(linesOf(results)), createWriteStream(options.out), { signal });
}

async function* linesOf(results: AsyncIterable<RowResult>): AsyncGenerator<string> {
  yield 'row,score,alarm,top\n';
  for await (const { row, score, alarm, top } of results) {
    const shares = top.map(({ tag, share }) => `${tag}:${share.toFixed(3)}`).join(';');
    yield `${row},${Number(score.toPrecision(6))},${alarm ? 1 : 0},${quoted(shares)}\n`;
  }
}

/** A cell that would break the line is quoted as RFC 4180 says. */
const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
