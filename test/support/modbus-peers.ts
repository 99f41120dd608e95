import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Peer } from './peers.ts';
import { assertReadFunctions } from './read-only.ts';
import { cutAll, type ScriptedFraming } from './scripted-modbus.ts';

const run = promisify(execFile);
const sources = join(import.meta.dirname, '..', 'interop', 'modbus');

/** A foreign Modbus server in a process of its own. It records its requests; disposal throws if any was not a read. */
export class PeerServer implements AsyncDisposable {
  /** TCP port; 0 for a serial line. */
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #asked: string[] = [];
  /** Received bytes, one connection after another. */
  readonly #received: Buffer[] = [];
  readonly #framing: ScriptedFraming;

  private constructor(port: number, process: ChildProcess, framing: ScriptedFraming) {
    this.port = port;
    this.#process = process;
    this.#framing = framing;
  }

  /**
   * Starts a program that prints its port when it is ready, and then its requests: `asked PDU`, or the lines of
   * `interop/record.h`.
   * @param framing framing of recorded bytes
   */
  static async start(program: string, args: readonly string[], framing: ScriptedFraming = 'mbap'): Promise<PeerServer> {
    const env = { ...process.env, RECORD: '-' };
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint = (complaint + String(chunk)).slice(-2_000);
    });
    const ready = Promise.withResolvers<PeerServer>();
    let peer: PeerServer | undefined;
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      if (peer !== undefined) return peer.#record(line);
      peer = new PeerServer(Number(line), child, framing);
      ready.resolve(peer);
    });
    lines.once('close', () => ready.reject(new Error(`${program} ended without a word: ${complaint}`)));
    return await ready.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      // the pipes are read to their end
      const gone = once(this.#process, 'close');
      this.#process.stdin?.end();
      const patience = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
      await gone;
      clearTimeout(patience);
    }
    const { requests, rest } = cutAll(Buffer.concat(this.#received), this.#framing);
    const received = [...requests.map(({ pdu }) => pdu), ...(rest.length > 0 ? [rest] : [])];
    assertReadFunctions('the peer', [...this.#asked, ...received.map((bytes) => bytes.toString('hex'))]);
  }

  #record(line: string): void {
    const [what, ...rest] = line.split(' ');
    if (what === 'asked') this.#asked.push(rest.join(' '));
    else if (what === 'in') this.#received.push(Buffer.from(rest[1] ?? '', 'hex'));
    else if (what !== 'new') this.#asked.push(line);
  }
}

/** Starts a pymodbus server. `pymodbus-server.py` describes the arguments. */
export const pymodbusServer = (python: Peer, ...args: readonly string[]): Promise<PeerServer> =>
  PeerServer.start(python.path, [join(sources, 'pymodbus-server.py'), ...args]);

/** Values of the tiny plant as read by pymodbus. `pymodbus-client.py` describes the arguments. */
export async function pymodbusClient(python: Peer, ...args: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const { stdout } = await run(python.path, [join(sources, 'pymodbus-client.py'), ...args], { timeout: 30_000 });
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, unknown]),
  );
}

/** The C program on libmodbus, compiled for one suite. */
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
    return PeerServer.start(this.#program, ['server', kind, where], kind === 'rtu' ? 'rtu' : 'mbap');
  }

  /** Values of the tiny plant as read by libmodbus. */
  async ask(kind: 'tcp' | 'rtu', where: string): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await run(this.#program, ['client', kind, where], { timeout: 30_000 });
    const lines = stdout.trim().split('\n');
    return new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
