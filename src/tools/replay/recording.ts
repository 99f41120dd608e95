import type { Recorded } from '../../monitor/replay-player.ts';
import { basename } from 'node:path';
import { collectors } from '../../../collectors/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { BatchBuilder } from '../../core/batch.ts';
import type { CollectorPlugin } from '../../core/collector.ts';
import { ScadaError } from '../../core/errors.ts';
import { observeBatch, observeEvent } from '../../core/observation.ts';
import { Quality } from '../../core/quality.ts';
import { isEvidence, type Manifest } from '../evidence/format.ts';
import { readTable } from '../backtest/read-table.ts';
import { evidenceOf } from './evidence.ts';
import { merged } from '../evidence/merged.ts';
import { withoutSimulated } from '../../ingest/simulated.ts';
import { storedOf } from './stored.ts';
import { historians } from '../../historian/index.ts';

export interface RecordingOptions {
  readonly files: readonly string[];
  readonly config: MonitorConfig;
  /** See `TableOptions`. */
  readonly time?: string | undefined;
  readonly timeFormat?: string | undefined;
  readonly periodMs?: number | undefined;
  readonly ignore: readonly string[];
  /** Receives the manifest of an evidence file before anything is played. */
  readonly onManifest?: ((manifest: Manifest) => void) | undefined;
}

const tickMs = 1_000;
/** Longest gap that is filled with ticks, s; longer gaps are skipped. */
const mostTicks = 120;
/** Period of the tap's reports, ms of stream time. */
const reportMs = 1_000;

/**
 * The files as one stream in time order, with a tick per second: the observations that the devices and the tap would have sent.
 * The files are read in parallel, and their order depends only on their contents.
 * @throws ScadaError INPUT_INVALID
 */
export async function* readRecording(options: RecordingOptions, signal: AbortSignal): AsyncGenerator<Recorded, void, void> {
  const sources = options.files.map((file) => {
    const collector = collectors.find(({ recordings }) => recordings?.isNamed(file));
    if (collector !== undefined) return recordingOf(file, collector, options.config, signal);
    if (isEvidence(file)) return evidenceOf(file, options, signal);
    const stored = historians.find(({ files }) => files?.isNamed(file))?.files;
    return stored === undefined ? tableOf(file, options) : storedOf(file, stored, options, signal);
  });
  let lastTick = Number.NaN;
  for await (const read of merged(sources)) {
    const recorded = collected(read);
    if (recorded === undefined) continue;
    if (Number.isNaN(lastTick)) {
      lastTick = Math.floor(recorded.time / tickMs) * tickMs;
      for (const { name } of options.config.devices) {
        const event = { type: 'device', time: recorded.time, device: name, state: 'up', reason: 'replayed' } as const;
        yield { time: recorded.time, observation: observeEvent(event) };
      }
    }
    const over = Math.floor((recorded.time - lastTick) / tickMs) - mostTicks;
    if (over > 0) lastTick += over * tickMs;
    while (lastTick + tickMs <= recorded.time) {
      lastTick += tickMs;
      yield { time: lastTick, observation: observeEvent({ type: 'tick', time: lastTick }) };
    }
    yield recorded;
  }
}

/** The observation without simulated samples, which no detector scores; undefined if nothing is left. */
function collected(recorded: Recorded): Recorded | undefined {
  const { time, observation } = recorded;
  if (observation.kind !== 'batch') return recorded;
  const batch = withoutSimulated(observation.batch);
  if (batch === observation.batch) return recorded;
  return batch.length === 0 ? undefined : { time, observation: observeBatch(batch) };
}

/** A table whose columns are tags. Each row becomes one batch per device. */
async function* tableOf(file: string, options: RecordingOptions): AsyncGenerator<Recorded, void, void> {
  const { config, time, timeFormat, periodMs, ignore } = options;
  const table = await readTable(file, { time, timeFormat, periodMs, ignore });
  const unknown = table.columns.filter((name) => config.tags.indexOf(name) === undefined);
  if (unknown.length > 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}, line 1: no tag is called ${unknown.slice(0, 8).join(', ')}`, {
      hint: `columns must be named like the tags of ${config.file}; leave others out with --ignore`,
    });
  }
  const places = table.columns.map((name, column) => ({ column, tag: config.tags.indexOf(name) ?? 0 }));
  const byDevice = [...Map.groupBy(places, ({ tag }) => config.tags.at(tag).device)];
  let row = 0;
  for (const values of table.rows) {
    const at = table.times[row++] as number;
    for (const [device, columns] of byDevice) {
      const batch = new BatchBuilder(device, columns.length);
      for (const { column, tag } of columns) {
        const value = values[column] as number;
        batch.add(tag, value, Number.isNaN(value) ? Quality.BadNoCommunication : Quality.Good, at, at);
      }
      yield { time: at, observation: observeBatch(batch.publish()) };
    }
  }
}

/** A recording as the first device of its collector's type yields it. */
async function* recordingOf(
  file: string,
  { type: own, recordings }: CollectorPlugin,
  config: MonitorConfig,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void, void> {
  const devices = config.devices.map(({ name, plugin: { type }, config: settings }) => ({ name, type, config: settings }));
  const device = devices.find(({ type }) => type === own)?.name ?? basename(file);
  let time = Number.NEGATIVE_INFINITY;
  const target = { device, tags: config.tags, devices, periodMs: reportMs };
  for await (const { events } of recordings?.read(file, target, signal) ?? []) {
    for (const event of events) {
      time = Math.max(time, event.time);
      yield { time, observation: observeEvent(event) };
    }
  }
}
