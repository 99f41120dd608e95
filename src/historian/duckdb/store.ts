import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Batch, type BatchMessage } from '../../core/batch.ts';
import type { Damage } from '../../core/damage.ts';
import { isAbort, ScadaError } from '../../core/errors.ts';
import type { HistorianStats, HistoryRange, Series } from '../../core/historian.ts';
import { asideDay, asideHot, asideUnopened, isDamage, movedStrays } from './damage.ts';
import { dayMs, Days } from './days.ts';
import { Dictionary } from './dictionary.ts';
import { numberOf, openInstance, type WantedTags, withConnection } from './engine.ts';
import { HotWriter, mostPastMs } from './hot.ts';
import type { Calls, Maintenance, Slice, SliceRequest, StoreOptions } from './messages.ts';
import { readSeries } from './reading.ts';
import { readSpan, type ScannedTags } from './scanning.ts';
import { checkFile, checkTable, latest, oldestOf, rowsInFile } from './sql.ts';
import { mergeStrays } from './strays.ts';
import { maintain } from './upkeep.ts';

interface Engine {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly days: Days;
  readonly dictionary: Dictionary;
  readonly writer: HotWriter;
  /** Samples of impossible days that were moved to the day of their receipt at the start. */
  readonly moved: number;
}

interface PendingWrite {
  readonly batch: Batch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Target rows of a slice of a scan, equal to a piece of a file. */
const sliceRows = 500_000;
/** Longest piece of a day's file, ms. */
const pieceMs = dayMs / 24;
/** Attempts at a query whose day moves into its file meanwhile. */
const plans = 5;

/** The embedded store inside its process. */
export class Store {
  readonly #options: StoreOptions;
  #engine: Promise<Engine> | undefined;
  #pending: PendingWrite[] = [];
  /** Work that waits for a moment without uncommitted rows. */
  #between: (() => void)[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Opens the store if it is not open. @throws ScadaError STORE_UNAVAILABLE */
  async open(): Promise<Engine> {
    this.#engine ??= openEngine(this.#options).catch((error: unknown) => {
      this.#engine = undefined;
      throw error;
    });
    return await this.#engine;
  }

  /**
   * Opens the store for the first time. Damaged files are moved aside, so that the store accepts samples after any crash, disk
   * fault or human error.
   * @throws ScadaError STORE_UNAVAILABLE if the folder itself cannot be used
   */
  async start(now: number): Promise<readonly Damage[]> {
    const { dir } = this.#options;
    mkdirSync(dir, { recursive: true });
    const damages = asideUnopened(dir, now);
    try {
      await this.open();
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      damages.push(...asideHot(dir, `cannot be opened: ${firstLine(thrown)}`, now));
      await this.open();
    }
    const { instance, days, moved } = await this.open();
    if (moved > 0) damages.push(movedStrays(dir, moved));
    const signal = new AbortController().signal;
    for (const day of days.within().filter((each) => days.hasFile(each))) {
      const reason = await failureOf(instance, rowsInFile(days.file(day)), signal);
      if (reason !== undefined) damages.push(this.#asideDay(days, day, reason, now));
    }
    return damages;
  }

  /** Reads the days of a range completely, and moves unreadable files aside. */
  async examine({ now, from, to }: Calls['examine']['args'], signal: AbortSignal): Promise<readonly Damage[]> {
    const { instance, days } = await this.open();
    const damages: Damage[] = [];
    for (const day of days.within(from, to)) {
      const inFile = days.hasFile(day) ? await failureOf(instance, checkFile(days.file(day)), signal) : undefined;
      if (inFile !== undefined) damages.push(this.#asideDay(days, day, inFile, now));
      for (const table of days.tables(day)) {
        const inTable = await failureOf(instance, checkTable(table), signal);
        if (inTable === undefined) continue;
        await this.#reopen();
        damages.push(...asideHot(this.#options.dir, `cannot be read: ${inTable}`, now));
        return damages;
      }
    }
    return damages;
  }

  #asideDay(days: Days, day: number, reason: string, now: number): Damage {
    const damage = asideDay(days.file(day), `cannot be read: ${reason}`, now);
    days.countedFile(day, 0);
    days.forgetEmpty(day);
    return damage;
  }

  /** Resolves when the batch is committed. Batches that arrive during a write share the next commit. */
  async write(message: BatchMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ batch: new Batch(message), resolve, reject });
    this.#startWriting();
    await promise;
  }

  async query(range: HistoryRange, signal: AbortSignal): Promise<Series[]> {
    const clamped = { ...range, from: Math.max(0, range.from), to: Math.min(latest, range.to) };
    return await this.#read(signal, (connection, engine) =>
      readSeries(connection, engine.days, clamped, this.#wanted(engine, range.tags)),
    );
  }

  async slice({ range, from, expectMs }: SliceRequest, signal: AbortSignal): Promise<Slice> {
    return await this.#read(signal, async (connection, engine) => {
      const day = engine.days.within(from, range.to)[0];
      const tags = this.#scanned(engine, range.tags);
      if (day === undefined || tags.names.length === 0) return { samples: undefined, next: undefined, expectMs };
      const start = Math.max(from, day * dayMs);
      const to = Math.min(range.to, endOfSlice(start, expectMs));
      const samples = await readSpan(connection, engine.days, { from: start, to }, tags);
      const factor = Math.min(4, Math.max(1 / 16, sliceRows / Math.max(1, samples.length)));
      return { samples, next: to < range.to ? to : undefined, expectMs: Math.max(1, Math.round(expectMs * factor)) };
    });
  }

  async stats(signal: AbortSignal): Promise<HistorianStats> {
    return await this.#read(signal, async (connection, { days }) => {
      let samples = 0;
      let bytes = 0;
      let oldest = Number.NaN;
      for (const day of days.within()) {
        if (Number.isNaN(days.samplesInFile(day))) days.countedFile(day, await numberOf(connection, rowsInFile(days.file(day))));
        samples += days.samplesInFile(day);
        bytes += days.bytesOfFile(day);
        for (const table of days.tables(day)) samples += await numberOf(connection, `SELECT count(*) FROM ${table}`);
        if (Number.isNaN(oldest)) oldest = await numberOf(connection, oldestOf(days, day));
      }
      for (const name of ['hot.duckdb', 'hot.duckdb.wal'])
        bytes += statSync(join(this.#options.dir, name), { throwIfNoEntry: false })?.size ?? 0;
      return { samples, bytes, oldest };
    });
  }

  async maintain(now: number, signal: AbortSignal): Promise<Maintenance> {
    const { instance, days, writer } = await this.open();
    return await withConnection(instance, signal, async (connection) =>
      maintain({ connection, days, writer, seal: (day) => this.#seal(days, day) }, now, this.#options.retentionDays),
    );
  }

  async close(): Promise<void> {
    await this.#writing;
    const opening = this.#engine;
    this.#engine = undefined;
    const engine = await opening;
    engine?.writer.close();
    engine?.connection.closeSync();
    engine?.instance.closeSync();
  }

  #startWriting(): void {
    this.#writing ??= this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pending.length + this.#between.length > 0) this.#startWriting();
    });
  }

  /** Seals a day's tables at a moment when all their rows are committed. */
  async #seal(days: Days, day: number): Promise<string[]> {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    this.#between.push(() => resolve(days.seal(day)));
    this.#startWriting();
    return await promise;
  }

  async #writePending(): Promise<void> {
    while (this.#pending.length + this.#between.length > 0) {
      for (const work of this.#between.splice(0)) work();
      const taken = this.#pending.splice(0);
      const appended: PendingWrite[] = [];
      try {
        const { writer } = await this.open();
        for (const write of taken) {
          try {
            await writer.append(write.batch);
            appended.push(write);
          } catch (error) {
            if (!(error instanceof ScadaError)) throw error;
            write.reject(error);
          }
        }
        writer.flush();
        for (const write of appended) write.resolve();
      } catch (cause) {
        const error = writeError(cause, this.#options.dir);
        for (const write of taken) write.reject(error);
        await this.#reopen();
      }
    }
  }

  /** Opens the database again: after a failed commit DuckDB accepts no more writes. */
  async #reopen(): Promise<void> {
    const opening = this.#engine;
    this.#engine = undefined;
    try {
      const engine = await opening;
      engine?.connection.closeSync();
      engine?.instance.closeSync();
    } catch {
      // an instance that could not be opened needs no closing; the next write reports the reason
    }
  }

  async #read<T>(signal: AbortSignal, work: (connection: DuckDBConnection, engine: Engine) => Promise<T>): Promise<T> {
    const engine = await this.open();
    for (let plan = 1; ; plan++) {
      try {
        return await withConnection(engine.instance, signal, (connection) => work(connection, engine));
      } catch (cause) {
        signal.throwIfAborted();
        if (isAbort(cause)) throw cause;
        if (plan < plans && /does not exist|No files found|No such file/.test((cause as Error).message)) continue;
        throw new ScadaError(
          'retryable',
          'STORE_UNAVAILABLE',
          `the store in ${this.#options.dir} cannot be read: ${(cause as Error).message}`,
          { cause },
        );
      }
    }
  }

  #wanted({ dictionary }: Engine, names: readonly string[]): WantedTags {
    return { names, ids: names.map((name) => dictionary.find(name) ?? 0) };
  }

  /** The known tags of a scan, each once: by device, otherwise in the requested order. */
  #scanned(engine: Engine, wanted: readonly string[]): ScannedTags {
    const { names, devices } = this.#options;
    const byName = new Map(names.map((name, index) => [name, index]));
    const known = [...new Set(wanted)].filter((tag) => byName.has(tag));
    const runTag = Float64Array.from(known, (tag) => byName.get(tag) as number);
    const order = [...new Set(devices)];
    const rankOf = new Map(order.map((device, rank) => [device, rank]));
    const rank = (index: number): number => rankOf.get(devices[runTag[index] as number] as string) as number;
    const places = new Float64Array(known.length);
    [...known.keys()].sort((a, b) => rank(a) - rank(b)).forEach((index, place) => (places[index] = place));
    return { ...this.#wanted(engine, known), runTag, places };
  }
}

/** End of a slice. A day's file is sorted by pieces, usually hours: a slice that ends with a piece avoids reading it twice. */
function endOfSlice(from: number, expectMs: number): number {
  const pieces = Math.max(1, Math.floor(Math.min(expectMs, dayMs) / pieceMs));
  return Math.min(from + expectMs, (Math.floor(from / pieceMs) + pieces) * pieceMs);
}

/** Reason why a statement fails because of a damaged file; undefined if it does not. */
async function failureOf(instance: DuckDBInstance, sql: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await withConnection(instance, signal, async (connection) => numberOf(connection, sql));
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isDamage(thrown)) throw thrown;
    return firstLine(thrown);
  }
}

const firstLine = (thrown: unknown): string => ((thrown as Error).message.split('\n')[0] ?? '').slice(0, 200);

async function openEngine({ dir, memoryLimitMb, retentionDays, names, devices }: StoreOptions): Promise<Engine> {
  mkdirSync(dir, { recursive: true });
  const moved = await mergeAllStrays(dir, memoryLimitMb, mostPastMs(retentionDays));
  const instance = await openInstance(dir, memoryLimitMb);
  const connection = await instance.connect();
  const dictionary = await Dictionary.open(connection, names, devices);
  const days = new Days(dir);
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  days.discover((tables.getRowsJS() as [string][]).map(([name]) => name));
  return { instance, connection, days, dictionary, writer: new HotWriter(connection, days, dictionary, retentionDays), moved };
}

/** Factor of the memory limit for a single recovery, if tables of impossible days exceed the limit. */
const rescueFactor = 32;

async function mergeAllStrays(dir: string, memoryLimitMb: number, pastMs: number): Promise<number> {
  try {
    return await mergeStraysIn(dir, memoryLimitMb, pastMs);
  } catch (thrown) {
    if (!/out of memory/i.test(String(thrown))) throw thrown;
    return await mergeStraysIn(dir, memoryLimitMb * rescueFactor, pastMs);
  }
}

async function mergeStraysIn(dir: string, memoryLimitMb: number, pastMs: number): Promise<number> {
  const instance = await openInstance(dir, memoryLimitMb);
  try {
    return await withConnection(instance, new AbortController().signal, (connection) => mergeStrays(connection, pastMs));
  } finally {
    instance.closeSync();
  }
}

function writeError(cause: unknown, dir: string): ScadaError {
  // a database that cannot be reopened after a failed commit cannot be written now: samples wait on disk
  if (cause instanceof ScadaError && cause.code !== 'STORE_UNAVAILABLE') return cause;
  return new ScadaError('retryable', 'STORE_UNAVAILABLE', `the store in ${dir} cannot be written: ${(cause as Error).message}`, {
    hint: 'see that the disk is not full and that the folder may be written',
    cause,
  });
}
