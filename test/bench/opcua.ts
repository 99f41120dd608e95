import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { compilePeer } from '../support/open62541.ts';
import { findPeer, howToInstall } from '../support/peers.ts';
import { PlainServer } from '../support/plain-opcua.ts';
import { type BenchRow, median, onCore, pinned, taskset } from './row.ts';

const run = promisify(execFile);

export interface OpcuaBenchSize {
  readonly rounds: number;
  readonly msPerRun: number;
  readonly items: number;
  /** All items change so often, ms. */
  readonly periodMs: number;
  readonly restores: number;
}

/** More changes than either client can receive, so that the throughput of each is measured. */
const full: OpcuaBenchSize = { rounds: 7, msPerRun: 2_000, items: 10_000, periodMs: 20, restores: 5 };
export const quickOpcuaBench: OpcuaBenchSize = { ...full, rounds: 3, restores: 2 };
const kinds = ['library', 'session'] as const;

interface Taken {
  readonly notifications: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const script = (name: string): string => fileURLToPath(new URL(`./opcua/${name}.ts`, import.meta.url));

/**
 * Notifications per second that the collector's session takes, as a ratio to the bare node-opcua client on the same server, which is
 * of another stack (open62541) on another core; what CPU time they take; and how soon all items are back after the server was killed.
 */
export async function benchOpcua(size: OpcuaBenchSize = full): Promise<BenchRow[]> {
  const compiler = findPeer('open62541');
  if (compiler === undefined) return [{ name: 'opcua', value: Number.NaN, unit: '', note: howToInstall('open62541') }];
  const folder = await mkdtemp(join(tmpdir(), 'scadawatch-bench-opcua-'));
  try {
    const program = await compilePeer(compiler, 'plain', folder);
    return [...(await compare(program, folder, size)), await restore(program, folder, size)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What makes a program run on the first core alone. */
const wrapper: readonly string[] = pinned ? [taskset, '-c', '0'] : [];

async function compare(
  program: string,
  folder: string,
  { rounds, msPerRun, items, periodMs }: OpcuaBenchSize,
): Promise<BenchRow[]> {
  const command = (path: string, args: readonly string[]): [string, string[]] => {
    const [first = path, ...rest] = [...wrapper, path, ...args];
    return [first, rest];
  };
  await using server = new PlainServer(program, await freePort(), { nodes: items, period: periodMs }, command);
  await server.start();
  const taken: Record<(typeof kinds)[number], Taken[]> = { library: [], session: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const args = [script('client'), kind, server.endpoint, String(items), String(msPerRun), join(folder, 'collector')];
      const { stdout } = await run(...onCore(1, args));
      // The library writes to the console, too.
      const line = stdout.split('\n').find((text) => text.startsWith('{'));
      taken[kind].push(JSON.parse(line ?? '{}') as Taken);
    }
  }
  const rate = (kind: (typeof kinds)[number]): number =>
    median(taken[kind].map(({ notifications, seconds }) => notifications / seconds));
  const cost = (kind: (typeof kinds)[number]): number =>
    median(taken[kind].map(({ notifications, cpuSeconds }) => (cpuSeconds / notifications) * 1e6));
  const how = `${items} items, ${pinned ? 'pinned' : 'not pinned'}, median of ${rounds} interleaved runs`;
  return [
    {
      name: 'OPC UA session / bare node-opcua',
      value: rate('session') / rate('library'),
      unit: 'ratio',
      note: `${Math.round(rate('session'))} against ${Math.round(rate('library'))} notifications/s, ${how}`,
    },
    {
      name: 'CPU of the OPC UA session',
      value: cost('session'),
      unit: 's/million notifications',
      note: `bare node-opcua ${cost('library').toPrecision(3)}`,
    },
  ];
}

async function restore(program: string, folder: string, { items, restores }: OpcuaBenchSize): Promise<BenchRow> {
  const args = [script('restore'), program, String(items), String(restores), join(folder, 'collector'), ...wrapper];
  const { stdout } = await run(...onCore(1, args));
  const seconds = stdout
    .split('\n')
    .filter((line) => /^[\d.]+$/.test(line))
    .map(Number);
  return {
    name: `OPC UA: ${items} items back after kill -9`,
    value: median(seconds),
    unit: 's',
    note: `median of ${seconds.length}, longest ${Math.max(...seconds).toPrecision(3)}; at the default 20 requests/s`,
  };
}
