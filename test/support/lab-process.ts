import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { requestsFile } from '../../src/tools/lab/config.ts';
import { askedOfLab, assertReadLab } from './read-only.ts';

const entry = fileURLToPath(new URL('../../src/start.js', import.meta.url));
/** Administrator account that tests create at a first start. */
export const administrator = { name: 'chief', passphrase: 'gravel tulip harbour nine' } as const;

export interface LabProcessOptions {
  /** Data directory. */
  readonly data: string;
  /** Further command line arguments, e.g. `['--speed', '10']`. */
  readonly args?: readonly string[];
  /** Options of Node, also for its child processes. */
  readonly nodeArgs?: readonly string[];
}

/** Exit code and signal of a process. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs `scadawatch lab` in a process of its own, on free ports, with the command line of a user. Disposal throws if the monitor
 * sent anything but reads to the plant's servers.
 */
export class LabProcess implements AsyncDisposable {
  readonly address: string;
  /** One-time set-up link of a first start. */
  readonly setupLink: string | undefined;
  readonly #child: ChildProcess;
  /** File in which the plant's servers record the requests that they receive. */
  readonly #record: string;
  readonly #ended: Promise<Ending>;
  readonly #output: () => string;

  private constructor(child: ChildProcess, data: string, link: string, output: () => string) {
    this.#child = child;
    this.#record = join(data, requestsFile);
    this.#output = output;
    this.#ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    this.address = new URL(link).origin;
    this.setupLink = link.includes('#setup=') ? link : undefined;
  }

  /** Starts it and waits until it has printed the address of its page. @throws if it ends before that */
  static async start({ data, args = [], nodeArgs = [] }: LabProcessOptions): Promise<LabProcess> {
    const all = [...nodeArgs, entry, 'lab', '--data', data, '--any-port', '--port', '0', ...args];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let output = '';
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const link = /^(?:Page:)?\s*(http:\S+)\n/m.exec(output)?.[1];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) => reject(new Error(`the lab ended with status ${code}:\n${output}`)));
    return new LabProcess(child, data, await promise, () => output);
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the lab has no process');
    return this.#child.pid;
  }

  /** Process of the simulated plant; the embedded store is another child of the monitor. Linux only. */
  get simulatorPid(): number {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim().split(' ');
    const simulators = children.filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join('simulators', 'main')),
    );
    if (simulators.length !== 1) throw new Error(`the lab has the children ${children.join(', ')}`);
    return Number(simulators[0]);
  }

  /** Creates the administrator account at a first start, else signs in to it. */
  async signIn(): Promise<Browser> {
    const browser = new Browser(this.address);
    const token = this.setupLink?.split('#setup=')[1];
    const { status, text } =
      token === undefined
        ? await browser.call('POST /api/login', administrator)
        : await browser.call('POST /api/setup', { ...administrator, token });
    if (status !== 200) throw new Error(`signing in answered ${status}: ${text}`);
    return browser;
  }

  /** Requests to the plant's servers except those of its actors: Modbus functions and OPC UA services. */
  async asked(): Promise<ReadonlySet<string>> {
    return new Set((await askedOfLab(this.#record)).map(({ operation }) => operation));
  }

  /** Sends a signal and waits until the process has ended. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL');
    assertReadLab(await askedOfLab(this.#record));
  }
}

/** True while a process of that number exists. */
export function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
