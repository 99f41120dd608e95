import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { administrator, type Ending } from './lab-process.ts';

const entry = fileURLToPath(new URL('../../src/start.js', import.meta.url));

/** Level at which the tank of `tankConfig` raises an alarm. */
export const tankLimit = 4;

/** Writes the configuration of one tank on a Modbus controller. Returns the file. */
export function tankConfig(dir: string, port: number): string {
  const file = join(dir, 'tank.yaml');
  writeFileSync(
    file,
    `site: {name: Tank}
areas:
  - {id: area, name: Area, equipment: [{id: TANK, name: Tank, kind: tank}]}
devices:
  plc1: {type: modbus, host: 127.0.0.1, port: ${port}, pauseMs: 5, identity: false}
scanClasses: {normal: 250ms}
dashboard: {port: 0}
tags:
  LEVEL: {device: plc1, address: {table: input, register: 0, type: float32}, kind: analog, role: measurement, area: area, equipment: TANK, unit: m, range: [0, 5], scan: normal, description: Level, limits: {high: ${tankLimit}, priority: 1, response: Close the inlet}}
`,
  );
  return file;
}

/** Runs `scadawatch run` in a process of its own. */
export class RunProcess implements AsyncDisposable {
  readonly address: string;
  readonly #link: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  readonly #output: () => string;

  private constructor(child: ChildProcess, link: string, ended: Promise<Ending>, output: () => string) {
    this.#child = child;
    this.#link = link;
    this.#ended = ended;
    this.#output = output;
    this.address = new URL(link).origin;
  }

  /** Starts it and waits until it has printed the address of its page. */
  static async start(config: string, data: string, environment: Readonly<Record<string, string>> = {}): Promise<RunProcess> {
    const child = spawn(process.execPath, [entry, 'run', config, '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const link = /(http:\S+)\n/.exec(output)?.[1];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    const ended = new Promise<Ending>((end) => child.once('close', (code, signal) => end({ code, signal })));
    void ended.then(({ code }) => reject(new Error(`the monitor ended with status ${code}:\n${output}`)));
    return new RunProcess(child, await promise, ended, () => output);
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output();
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Creates the administrator account at a first start, else signs in to it. */
  async signIn(): Promise<Browser> {
    const browser = new Browser(this.address);
    const token = this.#link.split('#setup=')[1];
    const answer = token === undefined ? undefined : await browser.call('POST /api/setup', { ...administrator, token });
    if (answer?.status === 200) return browser;
    const { status, text } = await browser.call('POST /api/login', administrator);
    if (status !== 200) throw new Error(`sign-in answered ${status}: ${text}`);
    return browser;
  }

  /** Sends a signal and waits until the process has ended. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) await this.end('SIGKILL');
  }
}
