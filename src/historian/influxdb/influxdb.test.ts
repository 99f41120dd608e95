import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, contextOf, type Sample, tableOf } from '../../../test/support/samples.ts';
import { VirtualClock } from '../../core/clock.ts';
import type { Historian } from '../../core/historian.ts';
import type { Logger } from '../../core/plugin.ts';
import { InfluxdbHistorian } from './historian.ts';
import { influxdb } from './index.ts';
import { samplesParked } from './writer.ts';

const table = tableOf({ 'plc 1': ['A', 'B,=x'] });
const signal = new AbortController().signal;
const start = 1_795_478_400_000;

interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly lines: readonly string[];
}

/** A server that reports a given family and replies to writes as a test specifies. */
class ScriptedServer implements AsyncDisposable {
  readonly requests: Received[] = [];
  version = '1.6.7';
  onWrite: (lines: readonly string[], response: ServerResponse) => void = (_, response) => response.writeHead(204).end();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get writes(): Received[] {
    return this.requests.filter(({ url }) => url.includes('/write?'));
  }

  /** Errors that a client gets after a kill -9. */
  disconnect(): void {
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const bytes of request) body += String(bytes);
    const { method = '', url = '', headers } = request;
    const lines = body.split('\n').filter((line) => line !== '');
    this.requests.push({ method, url, authorization: headers.authorization, lines });
    if (url === '/ping') response.writeHead(204, this.version === '' ? {} : { 'x-influxdb-version': this.version }).end();
    else if (url.includes('/write?')) this.onWrite(lines, response);
    else if (url.startsWith('/query')) response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[]}\n');
    else response.writeHead(404).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let dir: string;
let server: ScriptedServer;
let url: string;
let said: string[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-influxdb-'));
  server = new ScriptedServer();
  url = await server.listen();
  said = [];
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const note = (message: string, fields?: object): void => void said.push(`${message} ${JSON.stringify(fields)}`);
const logger: Logger = { debug: note, info: note, warn: note, error: note };
const context = contextOf(new VirtualClock(0), logger);
const open = (over: object = {}): Promise<Historian> =>
  influxdb.create(influxdb.schema.parse({ url, ...over }), { tags: table, dataDir: dir }, context);
const rows = (count: number): Sample[] => Array.from({ length: count }, (_, i) => ({ tag: 'A', time: start + i, value: i }));
const write = (historian: Historian, samples: readonly Sample[]): Promise<void> =>
  historian.write(batchOf(table, 'plc 1', samples), signal);
const refuse =
  (status: number, bad: (line: string) => boolean = () => true) =>
  (lines: readonly string[], response: ServerResponse): void => {
    if (lines.some(bad)) response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"not like this"}');
    else response.writeHead(204).end();
  };

describe('a write', () => {
  it('is line protocol: tags escaped, value a float, quality an integer, values that are not finite omitted', async () => {
    await using historian = await open({ measurement: 'm' });
    await write(historian, [
      { tag: 'A', time: start + 0.4, value: 5 },
      { tag: 'B,=x', time: Number.NaN, received: start + 7, value: Number.NaN, quality: 0x80000000 },
      { tag: 'A', time: start, received: start + 119.6, value: 1e21, text: 'a "b"' },
    ]);
    expect(server.writes[0]?.lines).toEqual([
      `m,device=plc\\ 1,tag=A v=5,q=0i ${start}`,
      `m,device=plc\\ 1,tag=B\\,\\=x q=2147483648i ${start + 7}`,
      `m,device=plc\\ 1,tag=A v=1e+21,q=0i,s="a \\"b\\"",r=120 ${start}`,
    ]);
    await expect(write(historian, [{ tag: 'A', time: -1, value: 0 }])).rejects.toMatchObject({ code: 'STORE_REJECTED' });
  });

  it.each([
    ['1.6.7', {}, '/write?db=d&precision=ms'],
    ['1.8.10', {}, '/write?db=d&precision=ms'],
    ['v2.7.1', { org: 'o p' }, '/api/v2/write?org=o%20p&bucket=d&precision=ms'],
    ['3.1.0', {}, '/api/v2/write?org=&bucket=d&precision=ms'],
    ['1.6.7', { dialect: 'v2' }, '/api/v2/write?org=&bucket=d&precision=ms'],
    ['', { dialect: 'victoriametrics' }, '/api/v2/write?db=d&precision=ms'],
  ])('uses the path of a server of version %s with %o', async (version, over, path) => {
    server.version = version;
    await using historian = await open({ database: 'd', ...over });
    await write(historian, rows(1));
    expect(server.writes.map((request) => request.url)).toEqual([path]);
  });

  it('contains the token, or user and password, which are never shown', async () => {
    server.onWrite = refuse(401);
    for (const secrets of [{ token: 's3cret' }, { username: 'u', password: 's3cret' }]) {
      await using historian = await open(secrets);
      await expect(write(historian, rows(1))).rejects.toMatchObject({ kind: 'retryable' });
    }
    const basic = Buffer.from('u:s3cret').toString('base64');
    expect(server.writes.map(({ authorization }) => authorization)).toEqual(['Token s3cret', `Basic ${basic}`]);
    expect(said.join()).not.toMatch(/s3cret|dTpzM2NyZXQ/);
    expect(said.join()).toContain('token');
    expect(() => influxdb.schema.parse({ url: 'http://u:p@127.0.0.1' })).toThrow('own keys');
  });

  it('sends one request at a time', async () => {
    let open_ = 0;
    let most = 0;
    server.onWrite = (_, response) => {
      most = Math.max(most, ++open_);
      setImmediate(() => {
        open_--;
        response.writeHead(204).end();
      });
    };
    await using historian = await open();
    await Promise.all(Array.from({ length: 20 }, () => write(historian, rows(3))));
    expect(most).toBe(1);
    expect(server.writes.every(({ lines }) => lines.length === 3)).toBe(true);
  });
});

describe('a server that replies before it has lines on disk', () => {
  it('receives its last acknowledged lines again over a new connection', async () => {
    const clock = new VirtualClock(0);
    const config = influxdb.schema.parse({ url, dialect: 'victoriametrics' });
    await using historian = new InfluxdbHistorian(config, { tags: table, dataDir: dir }, context, clock);
    const values = (): string[] => server.writes.flatMap(({ lines }) => lines).flatMap((line) => /v=(\d+)/.exec(line)?.[1] ?? []);
    // a client that has not detected the end of its connection fails once, and the spool retries
    const one = (value: number): Promise<void> => {
      const sample = [{ tag: 'A', time: start + value, value }];
      return write(historian, sample).catch(() => write(historian, sample));
    };
    await one(1);
    clock.set(20_000);
    await one(2);
    await one(3);
    expect(values()).toEqual(['1', '2', '3']);
    server.disconnect();
    // the time of an outage does not count towards safe storage
    clock.set(200_000);
    await one(4);
    expect(values()).toEqual(['1', '2', '3', '4', '2', '3']);
    await one(5);
    expect(values().slice(6)).toEqual(['5']);
    server.disconnect();
    await one(6);
    expect(values().slice(7)).toEqual(['6', '2', '3', '4', '5']);
  });
});

describe('a failure', () => {
  it.each([401, 403, 404, 408, 429, 500, 503, 200])('of status %i is retryable and drops nothing', async (status) => {
    await using historian = await open();
    server.onWrite = refuse(status);
    await expect(write(historian, rows(3))).rejects.toMatchObject({ kind: 'retryable', code: 'STORE_UNAVAILABLE' });
    server.onWrite = refuse(204);
    await write(historian, rows(3));
    expect(server.writes).toHaveLength(2);
    expect(existsSync(join(dir, 'parked.lp'))).toBe(false);
  });

  it('to connect, or to answer in time, is retryable', async () => {
    await using slow = await open({ timeoutMs: 100 });
    server.onWrite = () => {};
    await expect(write(slow, rows(1))).rejects.toMatchObject({ kind: 'retryable' });
    await using away = await open({ url: 'http://127.0.0.1:9', timeoutMs: 500 });
    await expect(write(away, rows(1))).rejects.toMatchObject({ kind: 'retryable' });
    await expect(away.query({ tags: ['A'], from: 0, to: 1 }, signal)).rejects.toMatchObject({ kind: 'retryable' });
  });

  it('because of bad lines parks only these and stores the others', async () => {
    const stored = new Set<string>();
    const bad = (line: string): boolean => /v=(3|40|41),/.test(line);
    server.onWrite = (lines, response) => {
      if (!lines.some(bad)) for (const line of lines) stored.add(line);
      refuse(400, bad)(lines, response);
    };
    await using historian = await open();
    await write(historian, rows(64));
    expect(stored.size).toBe(61);
    const parked = readFileSync(join(dir, 'parked.lp'), 'utf8');
    expect(parked.match(/v=\d+/g)).toEqual(['v=3', 'v=40', 'v=41']);
    expect(parked).toContain('not like this');
    expect(context.metrics.value(samplesParked)).toBe(3);
  });

  it('because of bad lines only costs a bounded number of requests', async () => {
    server.onWrite = refuse(400);
    await using historian = await open();
    await write(historian, rows(5_000));
    expect(server.writes.length).toBeLessThanOrEqual(130);
    expect(readFileSync(join(dir, 'parked.lp'), 'utf8').match(/v=\d+/g)).toHaveLength(5_000);
  });

  it('because of too many lines sends fewer at once', async () => {
    let stored = 0;
    server.onWrite = (lines, response) => {
      if (lines.length <= 100) stored += lines.length;
      response.writeHead(lines.length > 100 ? 413 : 204).end();
    };
    await using historian = await open();
    await write(historian, rows(1_000));
    expect(stored).toBe(1_000);
  });

  it('to identify the server has a hint', async () => {
    server.version = '';
    await using historian = await open();
    await expect(write(historian, rows(1))).rejects.toMatchObject({
      kind: 'retryable',
      hint: expect.stringContaining('dialect'),
    });
  });
});
