import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AccountsReport } from './accounts.ts';

/** What the monitor's process says of itself each second. */
export interface LoadLine {
  /** ms since its start */
  readonly at: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly chain: Readonly<Record<string, { readonly perSecond: number; readonly lagMs: number }>>;
  readonly dropped: number;
  readonly accounts: AccountsReport;
}

export interface Load extends AsyncDisposable {
  readonly lines: AsyncIterable<string>;
  /** Takes a device's port away, or gives it back. */
  device(index: number, what: 'down' | 'up'): void;
}

const script = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** Simulated devices in one process, the monitor in another. */
export async function startLoad(devices: number, tagsPerDevice: number, periodMs: number): Promise<Load> {
  const server = start('server', [String(devices)]);
  const ports = JSON.parse(await firstLine(server)) as number[];
  const monitor = start('monitor', [String(periodMs), String(tagsPerDevice), ...ports.map(String)]);
  return {
    lines: linesOf(monitor),
    device: (index, what) => void server.stdin?.write(`${what} ${index}\n`),
    async [Symbol.asyncDispose]() {
      await stopped(monitor);
      await stopped(server);
    },
  };
}

function start(name: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script(name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error('the process has no output');
  return createInterface(child.stdout);
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child)) return line;
  throw new Error('the process ended before it said anything');
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) throw new Error(`a process of the load died by ${child.signalCode}`);
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  await gone;
}
