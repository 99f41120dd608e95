import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClientResult } from './modbus/client.ts';
import { type BenchRow, median, onCore, pinned } from './row.ts';

const run = promisify(execFile);
const rounds = { whole: 7, quick: 3 };
/** That a client is measured, after as long a time that warms its code. */
const msPerRun = 1_500;
const kinds = ['socket', 'library', 'session'] as const;
type Kind = (typeof kinds)[number];

const names: Readonly<Record<Kind, string>> = {
  socket: 'bare socket',
  library: 'bare modbus-serial',
  session: 'Modbus session',
};

const script = (name: string): string => fileURLToPath(new URL(`./modbus/${name}.ts`, import.meta.url));

/**
 * Modbus requests per second of the collector's session, as a ratio to a bare socket that exchanges the same bytes with the
 * same server, and to bare modbus-serial; and that of the library to the socket. Medians of interleaved runs, one request in
 * flight, server and client on a core each.
 */
export async function benchModbus(quick = false): Promise<BenchRow[]> {
  const server = spawn(...onCore(0, [script('server')]), { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let port = '';
    for await (const line of createInterface(server.stdout)) {
      port = line;
      break;
    }
    const rows: BenchRow[] = [];
    for (const registers of [10, 125]) rows.push(...(await compare(port, registers, quick ? rounds.quick : rounds.whole)));
    return rows;
  } finally {
    server.stdin.end();
  }
}

async function compare(port: string, registers: number, times: number): Promise<BenchRow[]> {
  const results: Record<Kind, ClientResult[]> = { socket: [], library: [], session: [] };
  for (let round = 0; round < times; round++) {
    for (const kind of kinds) {
      const { stdout } = await run(...onCore(1, [script('client'), kind, port, String(registers), String(msPerRun)]));
      results[kind].push(JSON.parse(stdout) as ClientResult);
    }
  }
  const rate = (kind: Kind): number => median(results[kind].map(({ perSecond }) => perSecond));
  const cpu = (kind: Kind): number => median(results[kind].map(({ cpuUs }) => cpuUs));
  const how = `${pinned ? 'pinned' : 'not pinned'}, median of ${times} interleaved runs`;
  const ratio = (of: Kind, to: Kind): BenchRow => ({
    name: `${names[of]} / ${names[to]}, ${registers} registers`,
    value: rate(of) / rate(to),
    unit: 'ratio',
    note: `${Math.round(rate(of))} against ${Math.round(rate(to))} requests/s, CPU ${Math.round(cpu(of))} against ${Math.round(cpu(to))} µs, ${how}`,
  });
  return [ratio('session', 'socket'), ratio('session', 'library'), ratio('library', 'socket')];
}
