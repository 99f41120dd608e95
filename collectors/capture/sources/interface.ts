import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../src/core/clock.ts';
import { isAbort, ScadaError } from '../../../src/core/errors.ts';
import type { InterfaceConfig } from '../config.ts';
import { type CapturingProgram, droppedIn, findProgram } from './program.ts';
import type { CaptureSource, OpenSource } from './source.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Maximum wait for a program to start, or to end after a signal, ms. */
const startMs = 10_000;
const stopMs = 2_000;
const keptCharacters = 4_000;

/** Captures on an interface of this machine through a capturing program: no native add-on, and no privilege for the monitor. */
export function interfaceSource(config: InterfaceConfig, machine: Clock): CaptureSource {
  const name = `interface ${config.name}`;
  return {
    name,
    live: true,
    async open(signal) {
      signal.throwIfAborted();
      const program = await findProgram(config);
      const before = await cardDrops(config.name);
      const source = new InterfaceSource(name, config.name, program, before, machine);
      try {
        await source.started(signal);
        return source;
      } catch (thrown) {
        await source[Symbol.asyncDispose]();
        throw thrown;
      }
    },
  };
}

class InterfaceSource implements OpenSource {
  readonly identity: Readonly<Record<string, string>>;
  readonly #name: string;
  readonly #interface: string;
  readonly #program: CapturingProgram;
  readonly #cardBefore: number;
  readonly #machine: Clock;
  readonly #child: Child;
  readonly #ended: Promise<void>;
  readonly #begun = Promise.withResolvers<void>();
  #output = '';
  #dropped = 0;
  #stopping = false;
  #exit: string | undefined;

  constructor(name: string, networkInterface: string, program: CapturingProgram, cardBefore: number, machine: Clock) {
    this.#name = name;
    this.#interface = networkInterface;
    this.#program = program;
    this.#cardBefore = cardBefore;
    this.#machine = machine;
    this.identity = { source: name, program: program.name };
    this.#child = spawn(program.path, program.args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    const exited = (how: string): void => {
      this.#exit ??= how;
      resolve();
      this.#begun.reject(this.#died());
    };
    this.#child.once('error', (error) => exited(error.message));
    this.#child.once('close', (code, signal) => exited(code === null ? `killed by ${signal}` : `exit status ${code}`));
    this.#begun.promise.catch(() => {});
  }

  /** Resolves when the program captures. @throws ScadaError `retryable` with the program's message if it ends instead */
  async started(signal: AbortSignal): Promise<void> {
    const given = new AbortController();
    const within = AbortSignal.any([signal, given.signal]);
    const late = async (): Promise<void> => {
      await this.#machine.sleep(startMs, within);
      throw this.#lost('has not begun to capture');
    };
    try {
      await Promise.race([this.#begun.promise, late()]);
    } finally {
      given.abort();
    }
  }

  async *chunks(): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of this.#child.stdout) yield chunk as Buffer;
    await this.#ended;
    if (!this.#stopping) throw this.#died();
  }

  async dropped(): Promise<number> {
    if (await isStopped(this.#child.pid)) throw this.#lost('is stopped');
    if (this.#program.countsSignal !== undefined && this.#exit === undefined) this.#child.kill(this.#program.countsSignal);
    return this.#dropped + Math.max(0, (await cardDrops(this.#interface)) - this.#cardBefore);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    if (this.#exit === undefined) {
      this.#child.kill('SIGINT');
      // it cannot end while its output is full
      this.#child.stdout.destroy();
      const given = new AbortController();
      const kill = async (): Promise<void> => {
        await this.#machine.sleep(stopMs, given.signal);
        this.#child.kill('SIGKILL');
      };
      const killing = kill().catch(ignoreAbort);
      await this.#ended;
      given.abort();
      await killing;
    }
  }

  #read(text: string): void {
    this.#output = (this.#output + text).slice(-keptCharacters);
    if (this.#program.ready.test(this.#output)) this.#begun.resolve();
    this.#dropped = Math.max(this.#dropped, droppedIn(this.#program.name, this.#output));
  }

  #died(): ScadaError {
    return this.#lost(`ended (${this.#exit})`);
  }

  #lost(how: string): ScadaError {
    const output = this.#output.trim().split('\n').slice(-4).join('; ');
    return new ScadaError(
      'retryable',
      'DEVICE_UNREACHABLE',
      `${this.#name}: ${this.#program.name} ${how}${output === '' ? '' : `: ${output}`}`,
      {
        hint: `may this user run ${this.#program.path} on ${this.#interface}? collectors/capture/README.md says how`,
      },
    );
  }
}

/**
 * Packets dropped because the card's buffer was full; 0 if the system does not report them (not Linux). The kernel's other drop
 * counters also count packets that a tap has seen.
 */
async function cardDrops(networkInterface: string): Promise<number> {
  const text = await readFile(`/sys/class/net/${networkInterface}/statistics/rx_missed_errors`, 'utf8').catch(() => '0');
  return Number(text) || 0;
}

/** True if a process was stopped by a signal: without packets, it looks like a quiet network. False where /proc does not exist. */
async function isStopped(pid: number | undefined): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^State:\s*[Tt]\b/m.test(status);
}

function ignoreAbort(thrown: unknown): void {
  if (!isAbort(thrown)) throw thrown;
}
