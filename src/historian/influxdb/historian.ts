import { type Batch, BatchBuilder } from '../../core/batch.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import {
  type Historian,
  type HistorianStats,
  type HistorianTarget,
  type HistoryRange,
  samplesStored,
  type Series,
} from '../../core/historian.ts';
import type { PluginContext } from '../../core/plugin.ts';
import type { TagTable } from '../../core/tag.ts';
import type { InfluxdbConfig } from './config.ts';
import type { Dialect } from './dialect.ts';
import { openDialect } from './dialects.ts';
import { LineBuilder } from './lines.ts';
import { asStored, Rows } from './rows.ts';
import { Server } from './server.ts';
import { UnsyncedLines } from './unsynced.ts';
import { LineWriter } from './writer.ts';

interface Connected {
  readonly dialect: Dialect;
  readonly lines: LineBuilder;
  readonly writer: LineWriter;
}

/** Most tags per request, to limit the length of its URL. */
const tagsPerRequest = 50;
/** Target samples of a slice of a scan, and most samples that are read for one. */
const sliceSamples = 50_000;
const mostSliceSamples = 400_000;

/** Stores samples in a server of the InfluxDB family. Connects on first use, and again after the server was away. */
export class InfluxdbHistorian implements Historian {
  readonly #config: InfluxdbConfig;
  readonly #target: HistorianTarget;
  readonly #context: PluginContext;
  readonly #server: Server;
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  #connecting: Promise<Connected> | undefined;
  #unsynced: UnsyncedLines | undefined;

  /** @param clock machine's clock: a server uses wall time even if the plant does not */
  constructor(config: InfluxdbConfig, target: HistorianTarget, context: PluginContext, clock: Clock = systemClock) {
    this.#config = config;
    this.#target = target;
    this.#context = context;
    this.#clock = clock;
    this.#server = new Server(config);
  }

  async write(batch: Batch, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { lines, writer } = await this.#connect();
    try {
      await writer.write(lines.build(batch));
    } catch (error) {
      // after a return it may be another or an empty server
      this.#connecting = undefined;
      throw error;
    }
    this.#context.metrics.add(samplesStored, batch.length);
  }

  async query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    const { dialect } = await this.#connect();
    const { maxPoints } = range;
    const bounds = { from: Math.ceil(Math.max(0, range.from)), to: Math.ceil(Math.min(range.to, mostTime)) };
    const both = AbortSignal.any([signal, this.#stop.signal]);
    const series: Series[] = [];
    for (const tags of parts(range.tags)) {
      const part = { ...bounds, tags };
      if (maxPoints === undefined) {
        const rows = await dialect.raw(part, Infinity, both);
        series.push(...tags.map((tag) => asStored(tag, rows?.get(tag) ?? new Rows())));
      } else series.push(...(await dialect.reduced({ ...part, maxPoints }, both)));
    }
    return series;
  }

  async *scan(range: HistoryRange, signal: AbortSignal): AsyncIterable<Batch> {
    const { dialect } = await this.#connect();
    const both = AbortSignal.any([signal, this.#stop.signal]);
    const { tags: table } = this.#target;
    const tags = [...new Set(range.tags)].filter((tag) => table.indexOf(tag) !== undefined);
    let from = Math.ceil(Math.max(0, range.from));
    const to = Math.ceil(Math.min(range.to, mostTime));
    let spanMs = 60_000;
    while (from < to) {
      const end = Math.min(to, from + spanMs);
      const rows = await readSlice(dialect, { tags, from, to: end }, both);
      const count = rows?.reduce((sum, [, { time }]) => sum + time.length, 0) ?? Infinity;
      if (rows !== undefined || spanMs === 1) {
        yield* batchesOf(rows ?? [], table);
        from = end;
      }
      spanMs = Math.max(1, Math.round(spanMs * Math.min(16, Math.max(1 / 16, sliceSamples / Math.max(1, count)))));
    }
  }

  async stats(signal: AbortSignal): Promise<HistorianStats> {
    const { dialect } = await this.#connect();
    return await dialect.stats(AbortSignal.any([signal, this.#stop.signal]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const connected = await this.#connecting?.catch(() => undefined);
    await connected?.writer.write([]);
  }

  async #connect(): Promise<Connected> {
    this.#connecting ??= this.#open().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return await this.#connecting;
  }

  async #open(): Promise<Connected> {
    const { tags, dataDir } = this.#target;
    const dialect = await openDialect(this.#server, this.#config, this.#stop.signal);
    const lines = new LineBuilder(this.#config.measurement, tags, dialect.texts);
    this.#unsynced ??= new UnsyncedLines(dialect.unsyncedMs, this.#clock);
    const writer = new LineWriter({
      server: this.#server,
      path: dialect.writePath,
      unsynced: this.#unsynced,
      dataDir,
      context: this.#context,
    });
    return { dialect, lines, writer };
  }
}

/** Later times do not fit InfluxDB's nanoseconds. */
const mostTime = Date.UTC(2200, 0, 1);

function* parts(tags: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < tags.length; from += tagsPerRequest) yield tags.slice(from, from + tagsPerRequest);
}

/** Reads a slice; undefined if it contains too many samples. */
async function readSlice(dialect: Dialect, range: HistoryRange, signal: AbortSignal): Promise<[string, Rows][] | undefined> {
  const limit = range.to - range.from <= 1 ? Infinity : mostSliceSamples;
  const slice: [string, Rows][] = [];
  let left = limit;
  for (const tags of parts(range.tags)) {
    const rows = await dialect.raw({ ...range, tags }, left, signal);
    if (rows === undefined) return undefined;
    for (const entry of rows) {
      slice.push(entry);
      left -= entry[1].time.length;
    }
  }
  return slice;
}

/** Batches by source time. Consecutive samples of one device form a batch. */
function* batchesOf(slice: readonly [string, Rows][], table: TagTable): Iterable<Batch> {
  const samples = slice.flatMap(([name, rows]) => {
    const tag = table.indexOf(name);
    return tag === undefined ? [] : rows.time.map((time, row) => ({ time, tag, device: table.at(tag).device, rows, row }));
  });
  const byDevice = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
  samples.sort((a, b) => a.time - b.time || byDevice(a.device, b.device) || a.tag - b.tag);
  for (let from = 0, to = 0; from < samples.length; from = to) {
    const device = samples[from]?.device ?? '';
    while (to < samples.length && samples[to]?.device === device) to++;
    const builder = new BatchBuilder(device, to - from);
    for (const { time, tag, rows, row } of samples.slice(from, to)) {
      const value = rows.value[row] ?? Number.NaN;
      const quality = rows.quality[row] ?? 0;
      const text = rows.texts.get(row);
      const received = time + (rows.delays.get(row) ?? 0);
      if (text === undefined) builder.add(tag, value, quality, time, received);
      else builder.addText(tag, text, value, quality, time, received);
    }
    yield builder.publish();
  }
}
