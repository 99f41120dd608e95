import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peers.ts';

/** Two serial ports that socat connects by pseudo-terminals, or one that it connects to a TCP port. */
export class SerialPair implements AsyncDisposable {
  readonly a: string;
  readonly b: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, process: ChildProcess) {
    this.#folder = folder;
    this.#process = process;
    this.a = join(folder, 'a');
    this.b = join(folder, 'b');
  }

  /** @param far TCP port of this machine that replaces the port `b` */
  static async open(socat: Peer, far?: number): Promise<SerialPair> {
    const folder = await mkdtemp(join(tmpdir(), 'scadawatch-pty-'));
    const port = (name: string): string => `pty,raw,echo=0,link=${join(folder, name)}`;
    const other = far === undefined ? port('b') : `TCP:127.0.0.1:${far},nodelay`;
    const child = spawn(socat.path, ['-d', '-d', port('a'), other], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    for await (const chunk of child.stderr) {
      said += String(chunk);
      if (said.includes('starting data transfer loop')) break;
    }
    child.stderr.resume();
    if (!said.includes('starting data transfer loop')) throw new Error(`socat ended: ${said}`);
    return new SerialPair(folder, child);
  }

  /** Ends socat, which removes the ports. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
