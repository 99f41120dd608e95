import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { recordedServices } from './opcua-record.ts';
import type { Peer } from './peers.ts';
import { assertReadServices } from './read-only.ts';

const run = promisify(execFile);
const sources = join(import.meta.dirname, '..', 'interop', 'opcua');

/** Compiles one of the C peers into a folder. Returns the path of the program. */
export async function compilePeer(compiler: Peer, source: 'server' | 'client' | 'plain', folder: string): Promise<string> {
  const program = join(folder, source);
  await run(compiler.path, ['-Wall', '-Werror', '-O1', '-o', program, join(sources, `${source}.c`), '-lopen62541', '-lm']);
  return program;
}

/**
 * An open62541 server in a process of its own, which a test can stop, freeze and restart on its port. Disposal throws if any
 * request was not a read.
 */
export class Open62541Server implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;
  readonly port: number;
  readonly user = { name: 'reader', passphrase: 'known-to-this-test-alone' };
  readonly #deprecated: boolean;
  #process: ChildProcess | undefined;

  /** @param deprecated also offers Basic128Rsa15, Basic256 and no security */
  constructor(program: string, folder: string, port: number, deprecated = false) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
    this.#deprecated = deprecated;
  }

  get endpoint(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  get #record(): string {
    return join(this.#folder, 'record');
  }

  /** Sets the only client certificate that the server accepts, from its next start on. */
  async trust(certificate: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, 'trusted.der'), certificate);
  }

  /** Sets the only user certificate that the server accepts, from its next start on. */
  async trustUser(certificate: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, 'user.der'), certificate);
  }

  async certificate(): Promise<Buffer> {
    return await readFile(join(this.#folder, 'own.der'));
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const { name, passphrase } = this.user;
    const options = this.#deprecated ? ['deprecated'] : [];
    const child = spawn(this.#program, [String(this.port), this.#folder, name, passphrase, ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, RECORD: this.#record },
    });
    this.#process = child;
    const ready = Promise.withResolvers<void>();
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output = (output + data.toString()).slice(-100_000);
      if (/^ready$/m.test(output)) ready.resolve();
    });
    child.once('exit', (code, by) => ready.reject(new Error(`the server ended with ${code ?? by}: ${output.slice(-2_000)}`)));
    await ready.promise;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    assertReadServices('the server', await recordedServices(this.#record));
  }
}
