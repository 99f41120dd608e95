import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { Finding } from '../../core/finding.ts';
import { createLogger } from '../logger.ts';
import { atPort, type CommonOptions, commonOptions } from '../options.ts';
import { countBetween, numberBetween } from '../../tools/option-values.ts';
import { stopSignal, untilAborted } from '../../service/process.ts';
import { startReplay } from '../replay.ts';
import { loadUntouched } from './untouched.ts';

interface Options extends CommonOptions {
  readonly input: readonly string[];
  readonly speed?: number;
  readonly out?: string;
  readonly time?: string;
  readonly timeFormat?: string;
  readonly period?: number;
  readonly ignore: readonly string[];
  readonly port?: number;
}

/** `scadawatch replay`: plays tables, evidence, days of the historian and captures through the path of live samples. */
export function replayCommand(program: Command): void {
  commonOptions(program.command('replay'))
    .description(
      'play recordings (CSV, evidence files, Parquet files of the embedded historian, pcap, pcapng) into a monitor that is marked REPLAY',
    )
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--input <file...>', 'recordings; column names of a table are tag names')
    .option('--speed <n>', 'recorded seconds per second (default: 1; with --out as fast as possible)', numberBetween(0.01, 1e6))
    .option('--out <file>', 'write each finding as one line of JSON and end after the recording')
    .option(
      '--port <n>',
      'port of the dashboard, 0 for a free one (default: dashboard.port; with --out 0)',
      countBetween(0, 65_535),
    )
    .option('--time <column>', 'name or 0-based index of the time column (default: time, timestamp, datetime or date)')
    .option('--time-format <format>', 'strptime directives, unix or unixms (default: ISO 8601)')
    .option('--period <seconds>', 'seconds between rows without a time column (default: 1)', numberBetween(1e-3, 1e9))
    .option('--ignore <column...>', 'columns or tags that are left out', [])
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  // With --out, a replay runs beside a monitor that already uses dashboard.port.
  const port = options.port ?? (options.out === undefined ? undefined : 0);
  const config = atPort(await loadUntouched(file, options), port);
  const signal = stopSignal();
  const { input: files, time, timeFormat, ignore, out } = options;
  using logger = createLogger(options.logLevel, join(options.data, 'replay.log'));
  await using replay = await startReplay(
    {
      config,
      files,
      time,
      timeFormat,
      periodMs: options.period === undefined ? undefined : options.period * 1_000,
      ignore,
      dataDir: options.data,
      speed: options.speed ?? (out === undefined ? 1 : Number.POSITIVE_INFINITY),
      logger,
    },
    signal,
  );
  const { dashboard, monitor } = replay.serving;
  console.log(`Replay of ${files.join(', ')}: nothing of this is live. ${dashboard.setupLink ?? dashboard.address}`);
  console.log(monitor.view.learning().text);
  for (const note of replay.notes) console.error(note);
  await Promise.race([replay.ended, untilAborted(signal), monitor.done.then(() => untilAborted(signal))]);
  if (out !== undefined) await pipeline(Readable.from(linesOf(replay.findings())), createWriteStream(out));
  else if (!signal.aborted) {
    console.log('The recording has ended; the page stays until Ctrl-C.');
    await untilAborted(signal);
  }
}

/** Findings as text, one per line, without details that differ between two runs. */
function* linesOf(findings: readonly Finding[]): Generator<string> {
  for (const { id: _, ...finding } of findings) yield `${JSON.stringify(finding)}\n`;
}
