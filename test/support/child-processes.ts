import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Records the child processes that this process starts, so that a test can end or stop them. Disposal ends them. */
export class ChildProcesses implements Disposable {
  readonly #all: ChildProcess[] = [];
  readonly #note = (message: unknown): void => void this.#all.push((message as { readonly process: ChildProcess }).process);

  constructor() {
    subscribe('child_process', this.#note);
  }

  /** Processes that run a module, oldest first. @param module end of its address without the extension */
  of(module: string): readonly ChildProcess[] {
    return this.#all.filter(({ spawnargs }) => spawnargs.some((each) => each.includes(module)));
  }

  /** Ends the running ones: a process that a test has stopped would otherwise outlive this one. */
  [Symbol.dispose](): void {
    unsubscribe('child_process', this.#note);
    for (const child of this.#all) child.kill('SIGKILL');
  }
}

/** Kills a process, if it runs, and waits for its end. */
export async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
