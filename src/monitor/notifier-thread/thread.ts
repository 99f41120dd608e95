import { Worker } from 'node:worker_threads';
import { ScadaError } from '../../core/errors.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Notifier } from '../../core/notifier.ts';
import type { Part } from '../../core/plugin.ts';
import { RpcClient } from '../../core/rpc.ts';
import { threadPort } from '../../core/rpc-ports.ts';
import type { NotifierCalls, ThreadedNotifier } from './calls.ts';

/** Limits of its heap, MB. A batch of 100 changes needs a tenth of them. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

interface Running {
  readonly worker: Worker;
  readonly rpc: RpcClient<NotifierCalls>;
}

/**
 * Runs the notifiers in a thread, so that their messages delay neither a poll nor a page. A thread that ends by a fault is
 * started again with the next message; the caller repeats what was on its way.
 */
export class NotifierThread implements AsyncDisposable {
  readonly #notifiers: readonly (ThreadedNotifier | undefined)[];
  readonly #part: Part;
  #running: Running | undefined;
  #hasFailed = false;
  #disposed = false;

  /**
   * @param notifiers those of the configuration in order; undefined for one that does not run in the thread
   * @param part called at each end of the thread by a fault, and at the first answer after it
   */
  constructor(notifiers: readonly (ThreadedNotifier | undefined)[], part: Part) {
    this.#notifiers = notifiers;
    this.#part = part;
    // modules are loaded before the first alert
    this.#running = this.#start();
  }

  /**
   * A notifier that sends in the thread.
   * @param index its place among the notifiers
   * @param local the same notifier in this thread, which states what it wants and sends nothing
   */
  notifier(index: number, local: Notifier): Notifier {
    const by =
      <Name extends keyof NotifierCalls>(name: Name) =>
      (passed: NotifierCalls[Name]['args']['passed'], signal: AbortSignal): Promise<NotifierCalls[Name]['result']> =>
        this.#call(name, { index, passed } as NotifierCalls[Name]['args'], signal);
    const { digestSize } = local;
    return {
      ...(digestSize === undefined ? {} : { digestSize }),
      ...(local.wants === undefined ? {} : { wants: (change) => local.wants?.(change) ?? true }),
      notify: by('notify'),
      notifyDigest: by('notifyDigest'),
      ...(local.notifyAll === undefined ? {} : { notifyAll: by('notifyAll') }),
      ...(local.acknowledged === undefined ? {} : { acknowledged: by('acknowledged') }),
      ...(local.canary === undefined ? {} : { canary: by('canary') }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#running?.worker.terminate();
  }

  async #call<Name extends keyof NotifierCalls>(
    name: Name,
    args: NotifierCalls[Name]['args'],
    signal: AbortSignal,
  ): Promise<NotifierCalls[Name]['result']> {
    const { rpc } = (this.#running ??= this.#start());
    const result = await rpc.call(name, args, { signal });
    if (this.#hasFailed) this.#part.recovered();
    this.#hasFailed = false;
    return result;
  }

  #start(): Running {
    const worker = new Worker(moduleBeside(import.meta.url, './worker'), {
      name: 'notifiers',
      workerData: this.#notifiers,
      resourceLimits,
    });
    const rpc = new RpcClient<NotifierCalls>(threadPort(worker), {
      name: 'the thread of the notifiers',
      unavailable: (reason, cause) => new ScadaError('retryable', 'NOTIFY_FAILED', reason, { cause }),
      onFailed: (error) => {
        this.#running = undefined;
        if (this.#disposed) return;
        this.#hasFailed = true;
        this.#part.failed(error);
      },
    });
    return { worker, rpc };
  }
}
