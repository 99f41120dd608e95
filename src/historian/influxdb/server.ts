import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, setLogger, type WriteApi } from '@influxdata/influxdb-client';
import { ScadaError } from '../../core/errors.ts';
import type { InfluxdbConfig } from './config.ts';

// suppresses console output of the client; failures are thrown instead
setLogger({ error: () => {}, warn: () => {} });

/** Side of the server: in a cluster, reads and writes have different addresses. */
export type Side = 'read' | 'write';

/** HTTP client of one server. Every failure is a `ScadaError`; there are no retries here. */
export class Server {
  readonly #config: InfluxdbConfig;
  readonly #write: InfluxDB;
  readonly #read: InfluxDB;
  #connections = 0;

  constructor(config: InfluxdbConfig) {
    this.#config = config;
    this.#write = clientOf(
      config,
      config.url,
      countingAgent(config.url, () => this.#connections++),
    );
    this.#read = clientOf(config, config.readUrl ?? config.url);
  }

  /** Number of the connection of the last write. A new one means that the server may have been restarted. */
  get connection(): number {
    return this.#connections;
  }

  /** A writer that sends its lines once, on `flush`. */
  writer(path: string): WriteApi {
    const { org, database } = this.#config;
    const writer = this.#write.getWriteApi(org, database, 'ms', {
      // never flushes by itself
      batchSize: 2,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: Number.MAX_SAFE_INTEGER,
    });
    writer.path = path;
    return writer;
  }

  /** Status and headers of a GET, without an error for any status. */
  async probe(side: Side, path: string, signal: AbortSignal): Promise<{ status: number; headers: Headers; body: unknown }> {
    let status = 0;
    const headers = new Headers();
    try {
      const body: unknown = await this.#client(side).transport.request(path, '', { method: 'GET', signal }, (answered, code) => {
        status = code ?? 0;
        for (const [name, value] of Object.entries(answered)) headers.set(name, String(value));
      });
      return { status, headers, body };
    } catch (thrown) {
      if (thrown instanceof HttpError) return { status: thrown.statusCode, headers, body: thrown.body };
      throw this.error(thrown, side);
    }
  }

  /** Status of a POST, without an error for any status. */
  async post(side: Side, path: string, signal: AbortSignal): Promise<number> {
    try {
      await this.#client(side).transport.request(path, '', { method: 'POST', signal });
      return 200;
    } catch (thrown) {
      if (thrown instanceof HttpError) return thrown.statusCode;
      throw this.error(thrown, side);
    }
  }

  /** JSON values of a GET, one per line, as they arrive. */
  async *jsonLines(path: string, signal: AbortSignal): AsyncIterable<unknown> {
    let rest = '';
    const decoder = new TextDecoder();
    try {
      const options = { method: 'GET', headers: { accept: 'application/json' }, signal };
      for await (const bytes of this.#read.transport.iterate(path, '', options)) {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') yield JSON.parse(line);
      }
      if (rest !== '') yield JSON.parse(rest);
    } catch (thrown) {
      signal.throwIfAborted();
      throw this.error(thrown, 'read');
    }
  }

  /** Classifies a failure. A failure that a person or time can resolve never drops samples. */
  error(thrown: unknown, side: Side): ScadaError {
    if (thrown instanceof ScadaError) return thrown;
    const where = side === 'read' ? (this.#config.readUrl ?? this.#config.url) : this.#config.url;
    const status = thrown instanceof HttpError ? thrown.statusCode : undefined;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `${where}: ${status === undefined ? '' : `HTTP ${status}, `}${reason.slice(0, 300)}`;
    const hint = hintFor(status, this.#config);
    return new ScadaError('retryable', 'STORE_UNAVAILABLE', message, { ...(hint === undefined ? {} : { hint }), cause: thrown });
  }

  #client(side: Side): InfluxDB {
    return side === 'read' ? this.#read : this.#write;
  }
}

/** True for a response that refuses some lines permanently. */
export function refusesLines(thrown: unknown): boolean {
  if (!(thrown instanceof HttpError)) return false;
  // VictoriaMetrics responds 400 for an unknown path
  return (thrown.statusCode === 400 && !/unsupported path/.test(thrown.message)) || thrown.statusCode === 422;
}

/** True if fewer lines per request might be accepted. */
export const isTooLarge = (thrown: unknown): boolean => thrown instanceof HttpError && thrown.statusCode === 413;

function clientOf({ token, username, password, timeoutMs }: InfluxdbConfig, url: string, agent?: HttpAgent): InfluxDB {
  const basic = username === undefined ? undefined : Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  return new InfluxDB({
    url,
    timeout: timeoutMs,
    ...(agent === undefined ? {} : { transportOptions: { agent } }),
    ...(token === undefined ? {} : { token }),
    ...(basic === undefined ? {} : { headers: { authorization: `Basic ${basic}` } }),
  });
}

/** HTTP agent with one open connection that reports each new connection. */
function countingAgent(url: string, onConnection: () => void): HttpAgent {
  const Agent = url.startsWith('https:') ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    onConnection();
    return create(options, done);
  };
  return agent;
}

function hintFor(status: number | undefined, { database }: InfluxdbConfig): string | undefined {
  switch (status) {
    case undefined:
      return 'see that the server runs and that its address is right';
    case 401:
    case 403:
      return 'see that the token, or user and password, may read and write the database';
    case 404:
      return `see that the database or bucket ${database} exists, and that "dialect" fits the server`;
    default:
      return undefined;
  }
}
