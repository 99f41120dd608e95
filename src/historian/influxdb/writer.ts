import { dirname, join } from 'node:path';
import type { WriteApi } from '@influxdata/influxdb-client';
import type { ScadaError } from '../../core/errors.ts';
import type { Metric } from '../../core/metrics.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { appendFile, mkdir, stat } from '../../data-directory/files.ts';
import { fileWrites } from '../../data-directory/writes.ts';
import type { UnsyncedLines } from './unsynced.ts';
import { isTooLarge, refusesLines, type Server } from './server.ts';

export const samplesParked: Metric = {
  type: 'counter',
  name: 'scadawatch_influxdb_parked_samples_total',
  help: 'Samples that the server refused, kept in a file.',
};

/** Lines of one request. */
const mostLines = 50_000;
/** Most requests to find the bad lines of one batch. Lines that are still unverified then are parked together. */
const mostRequests = 64;
/** Most bytes of parked lines that are kept for inspection. */
const mostParkedBytes = 16 * 1_048_576;

export interface LineWriterOptions {
  readonly server: Server;
  /** Path and query of a write. */
  readonly path: string;
  /** Survives this writer. */
  readonly unsynced: UnsyncedLines;
  readonly dataDir: string;
  readonly context: PluginContext;
}

/**
 * Sends lines, one request at a time. A refused batch is halved until its bad lines are found. Good lines are stored; bad lines
 * are parked in a file and counted, so that they do not block later ones.
 */
export class LineWriter {
  readonly #server: Server;
  readonly #api: WriteApi;
  readonly #unsynced: UnsyncedLines;
  readonly #parkedFile: string;
  readonly #context: PluginContext;
  #busy: Promise<void> = Promise.resolve();
  #complaint = '';

  constructor({ server, path, unsynced, dataDir, context }: LineWriterOptions) {
    this.#server = server;
    this.#api = server.writer(path);
    this.#unsynced = unsynced;
    this.#parkedFile = join(dataDir, 'parked.lp');
    this.#context = context;
  }

  /** @throws ScadaError `retryable`: nothing is lost, and all lines may be sent again */
  async write(lines: readonly string[]): Promise<void> {
    const before = this.#busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#busy = promise;
    await before;
    try {
      await this.#sendAll(lines);
      const { connection } = this.#server;
      await this.#sendAll(this.#unsynced.before(connection));
      this.#unsynced.acknowledge(lines, connection);
    } finally {
      resolve();
    }
  }

  async #sendAll(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += mostLines) {
      await this.#send(lines.slice(from, from + mostLines), { requests: mostRequests });
    }
  }

  async #send(lines: readonly string[], left: { requests: number }): Promise<void> {
    left.requests--;
    // as one record, so that the client processes the text once without copies
    if (lines.length > 0) this.#api.writeRecord(lines.join('\n'));
    try {
      await this.#api.flush();
    } catch (thrown) {
      const refused = refusesLines(thrown);
      const splits = lines.length > 1 && (isTooLarge(thrown) || (refused && left.requests > 0));
      if (splits) {
        const half = lines.length >> 1;
        await this.#send(lines.slice(0, half), left);
        await this.#send(lines.slice(half), left);
      } else if (refused) await this.#park(lines, (thrown as Error).message);
      else throw this.#complain(this.#server.error(thrown, 'write'));
    }
  }

  /** Logs a failure that only a person can resolve as an error, once. */
  #complain(error: ScadaError): ScadaError {
    if (error.hint !== undefined && error.message !== this.#complaint) {
      this.#context.logger.error(`samples cannot be stored: ${error.message}`, { hint: error.hint });
    }
    this.#complaint = error.message;
    return error;
  }

  async #park(lines: readonly string[], reason: string): Promise<void> {
    const { logger, metrics } = this.#context;
    metrics.add(samplesParked, lines.length);
    const why = reason.replaceAll(/\s+/g, ' ').slice(0, 300);
    logger.error(`the store refuses ${lines.length} samples for good: ${why}`, { file: this.#parkedFile });
    await fileWrites.run(async () => {
      const bytes = await stat(this.#parkedFile).then(
        ({ size }) => size,
        () => 0,
      );
      if (bytes > mostParkedBytes) return;
      await mkdir(dirname(this.#parkedFile), { recursive: true });
      await appendFile(this.#parkedFile, `# ${why}\n${lines.join('\n')}\n`);
    });
  }
}
