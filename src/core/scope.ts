import { isAbort } from './errors.ts';

/**
 * Structured concurrency: the tasks of a scope share an abort signal, and the first failure stops the others. Disposal stops all
 * tasks and waits for them. No task outlives its scope.
 */
export class TaskScope implements AsyncDisposable {
  readonly #controller = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  readonly signal: AbortSignal;
  #failure: { error: unknown } | undefined;

  constructor(parent?: AbortSignal) {
    this.signal = parent === undefined ? this.#controller.signal : AbortSignal.any([parent, this.#controller.signal]);
  }

  /** Starts a task. It must end soon after its signal aborts. */
  start(task: (signal: AbortSignal) => Promise<void>): void {
    const running = this.#run(task).finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  /** Stops the tasks; returns before they have ended. */
  stop(): void {
    this.#controller.abort();
  }

  /** Waits until every task has ended. @throws the first failure */
  async join(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.join();
  }

  async #run(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await task(this.signal);
    } catch (error) {
      if (isAbort(error) && this.signal.aborted) return;
      this.#failure ??= { error };
      this.#controller.abort();
    }
  }
}
