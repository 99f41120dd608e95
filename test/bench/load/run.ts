import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AccountsReport } from './accounts.ts';
import { firstLine, linesOf, startProcess, stopped } from './process.ts';

/** How many simulated devices of each protocol, and how many tags each has. */
export interface LoadScale {
  readonly periodMs: number;
  readonly modbus: { readonly devices: number; readonly tags: number };
  readonly opcua: { readonly devices: number; readonly tags: number };
}

/** A simulated device as the monitor is told of it. */
export interface LoadDevice {
  readonly protocol: 'modbus' | 'opcua';
  readonly port: number;
  readonly tags: number;
}

/** Figures that the monitor's process reports each second. */
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
  /**
   * Takes a device away, or gives it back: one of Modbus loses its port and connections, one of OPC UA is killed. Those of Modbus come
   * first.
   */
  device(index: number, what: 'down' | 'up'): void;
}

/** Simulated devices of Modbus in one process, of OPC UA in one each, all on the first core; the monitor in another process, where there is room. */
export async function startLoad({ periodMs, modbus, opcua }: LoadScale): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
  const simulators = start('server', [String(modbus.devices)], 0);
  const ports = JSON.parse(await firstLine(simulators)) as number[];
  const servers = Array.from({ length: opcua.devices }, (_, i) => new OpcuaProcess(opcua.tags, join(folder, `ua${i}`)));
  for (const server of servers) await server.up();
  const devices: LoadDevice[] = [
    ...ports.map((port) => ({ protocol: 'modbus' as const, port, tags: modbus.tags })),
    ...servers.map(({ port }) => ({ protocol: 'opcua' as const, port, tags: opcua.tags })),
  ];
  const monitor = start('monitor', [String(periodMs), join(folder, 'monitor'), JSON.stringify(devices)]);
  return {
    lines: linesOf(monitor),
    device(index, what) {
      if (index < modbus.devices) simulators.stdin?.write(`${what} ${index}\n`);
      else void servers[index - modbus.devices]?.[what]();
    },
    async [Symbol.asyncDispose]() {
      await stopped(monitor);
      await stopped(simulators);
      for (const server of servers) await server.down();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A simulated OPC UA server in a process of its own, which keeps its port and its certificate. */
class OpcuaProcess {
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;
  /** 0 until it has been up. */
  port = 0;

  constructor(tags: number, folder: string) {
    this.#args = [String(tags), folder];
  }

  /** Ready when it listens, or was killed meanwhile; waits where somebody's outgoing connection has taken the port. */
  async up(): Promise<void> {
    for (;;) {
      const child = start('opcua-server', [String(this.port), ...this.#args], 0);
      this.#process = child;
      const port = await firstLine(child).then(Number, () => undefined);
      if (this.#process !== child) return;
      if (port !== undefined) {
        this.port = port;
        return;
      }
      await setTimeout(500);
    }
  }

  /** As by `kill -9`. */
  async down(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await gone;
  }
}

const start = (name: string, args: readonly string[], core?: number): ChildProcess =>
  startProcess(new URL(`./${name}.ts`, import.meta.url), args, core);
