import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Child processes that this process starts from now on, so that a test can end or stop them; they end with the test. */
export class ChildProcesses implements Disposable {
  readonly #all: ChildProcess[] = [];
  readonly #note = (message: unknown): void => void this.#all.push((message as { readonly process: ChildProcess }).process);

  constructor() {
    subscribe('child_process', this.#note);
  }

  /** Those that run a module, oldest first. @param module end of its address without the extension */
  of(module: string): readonly ChildProcess[] {
    return this.#all.filter(({ spawnargs }) => spawnargs.some((each) => each.includes(module)));
  }

  /** Ends those that still run: one that a test has stopped outlives this process otherwise. */
  [Symbol.dispose](): void {
    unsubscribe('child_process', this.#note);
    for (const child of this.#all) child.kill('SIGKILL');
  }
}
