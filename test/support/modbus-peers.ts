import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Peer } from './peers.ts';

const run = promisify(execFile);
const sources = join(import.meta.dirname, '..', 'interop', 'modbus');

/** A Modbus server of somebody else, as a process that ends with this object. */
export class PeerServer implements AsyncDisposable {
  /** 0 on a serial line. */
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
  }

  /** Starts a program that prints its port when it is ready. */
  static async start(program: string, args: readonly string[]): Promise<PeerServer> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint = (complaint + String(chunk)).slice(-2_000);
    });
    for await (const line of createInterface(child.stdout)) return new PeerServer(Number(line), child);
    throw new Error(`${program} ended without a word: ${complaint}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.stdin?.end();
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
    await gone;
    clearTimeout(patience);
  }
}

/** A server by pymodbus; the arguments stand in `pymodbus-server.py`. */
export const pymodbusServer = (python: Peer, ...args: readonly string[]): Promise<PeerServer> =>
  PeerServer.start(python.path, [join(sources, 'pymodbus-server.py'), ...args]);

/** What pymodbus understood of the tiny plant; the arguments stand in `pymodbus-client.py`. */
export async function pymodbusClient(python: Peer, ...args: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const { stdout } = await run(python.path, [join(sources, 'pymodbus-client.py'), ...args], { timeout: 30_000 });
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, unknown]),
  );
}

/** Our C program on libmodbus, compiled for one suite. */
export class LibmodbusPeer implements AsyncDisposable {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#program = join(folder, 'libmodbus');
  }

  static async compile(compiler: Peer): Promise<LibmodbusPeer> {
    const peer = new LibmodbusPeer(await mkdtemp(join(tmpdir(), 'scadawatch-libmodbus-')));
    const source = join(sources, 'libmodbus.c');
    await run(compiler.path, ['-Wall', '-Werror', '-O1', '-o', peer.#program, source, '-lmodbus']);
    return peer;
  }

  serve(kind: 'tcp' | 'rtu', where: string): Promise<PeerServer> {
    return PeerServer.start(this.#program, ['server', kind, where]);
  }

  /** What libmodbus understood of the tiny plant. */
  async ask(kind: 'tcp' | 'rtu', where: string): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await run(this.#program, ['client', kind, where], { timeout: 30_000 });
    const lines = stdout.trim().split('\n');
    return new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
