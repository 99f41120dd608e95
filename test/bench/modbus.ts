import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BenchRow, median, onCore, pinned } from './row.ts';

const run = promisify(execFile);
const rounds = 5;
const msPerRun = 800;
const kinds = ['socket', 'library', 'session'] as const;

const script = (name: string): string => fileURLToPath(new URL(`./modbus/${name}.ts`, import.meta.url));

/**
 * Modbus requests per second of the collector's session, as a ratio to a bare socket that exchanges the same bytes with the
 * same server, and to bare modbus-serial: medians of interleaved runs, one request in flight.
 */
export async function benchModbus(): Promise<BenchRow[]> {
  const server = spawn(...onCore(0, [script('server')]), { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let port = '';
    for await (const line of createInterface(server.stdout)) {
      port = line;
      break;
    }
    const rows: BenchRow[] = [];
    for (const registers of [10, 125]) rows.push(...(await compare(port, registers)));
    return rows;
  } finally {
    server.stdin.end();
  }
}

async function compare(port: string, registers: number): Promise<BenchRow[]> {
  const rates: Record<(typeof kinds)[number], number[]> = { socket: [], library: [], session: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const { stdout } = await run(...onCore(1, [script('client'), kind, port, String(registers), String(msPerRun)]));
      rates[kind].push(Number(stdout));
    }
  }
  const [socket, library, session] = kinds.map((kind) => median(rates[kind])) as [number, number, number];
  const how = `${pinned ? 'pinned' : 'not pinned'}, median of ${rounds} interleaved runs`;
  const note = `${Math.round(session)} against ${Math.round(socket)} requests/s, ${how}`;
  const libraryNote = `${Math.round(session)} against ${Math.round(library)} requests/s, ${how}`;
  return [
    { name: `Modbus session / bare socket, ${registers} registers`, value: session / socket, unit: 'ratio', note },
    {
      name: `Modbus session / bare modbus-serial, ${registers} registers`,
      value: session / library,
      unit: 'ratio',
      note: libraryNote,
    },
  ];
}
