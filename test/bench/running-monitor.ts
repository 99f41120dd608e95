import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Browser } from '../../dashboard/server/testing/browser.ts';
import { monitorFlags } from './load/process.ts';
import { onCore } from './row.ts';

/** Account that a bench creates at the first start. */
export const benchAdministrator = { name: 'bench', passphrase: 'measured many times over' } as const;

/** Creates the administrator account by the link that a new monitor prints, and signs in to it. */
export async function setUpAt(link: URL): Promise<Browser> {
  const browser = new Browser(link.origin);
  const token = link.hash.replace('#setup=', '');
  const { status, text } = await browser.call('POST /api/setup', { ...benchAdministrator, token });
  if (status !== 200) throw new Error(`the monitor refused the setup with ${status}: ${text}`);
  return browser;
}

/** A monitor as `scadawatch run` starts it, in a process of its own. */
export class RunningMonitor implements AsyncDisposable {
  readonly setupLink: URL;
  readonly #child: ReturnType<typeof spawn>;

  private constructor(child: ReturnType<typeof spawn>, setupLink: URL) {
    this.#child = child;
    this.setupLink = setupLink;
  }

  /** @param core the only core that it may use, where the machine can be told so; any unless given */
  static async start(file: string, dataDir: string, core?: number): Promise<RunningMonitor> {
    const script = fileURLToPath(new URL('../../src/start.js', import.meta.url));
    const args = [...monitorFlags, script, 'run', file, '--data', dataDir];
    const [program, all] = core === undefined ? [process.execPath, args] : onCore(core, args);
    const child = spawn(program, all, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const output = child.stdout as Readable;
    for await (const line of createInterface(output)) {
      const link = /http:\S+#setup=\S+/.exec(line)?.[0];
      if (link === undefined) continue;
      // whatever else it prints must not fill the pipe
      output.resume();
      return new RunningMonitor(child, new URL(link));
    }
    throw new Error('the monitor ended before it said where its page is');
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the monitor has no process');
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** See `setUpAt`. */
  async setUp(): Promise<Browser> {
    return await setUpAt(this.setupLink);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isRunning) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
