import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { HangCounter } from '../../core/hang.ts';
import { moduleBeside } from '../../core/module.ts';
import type { Notifier } from '../../core/notifier.ts';
import { checkEveryMs, partDeadlines } from '../../core/part-deadlines.ts';
import type { Part } from '../../core/plugin.ts';
import { RpcClient } from '../../core/rpc.ts';
import { threadPort } from '../../core/rpc-ports.ts';
import type { NotifierCalls, ThreadedNotifier } from './calls.ts';

/** Limits of its heap, MB. A batch of 100 changes needs a tenth of them. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** Checks without an answer after which the thread is ended while it loads its modules. */
const checksUntilStarted = 120;

/** Calls for a notifier at a place of the list. */
type Sending = Exclude<keyof NotifierCalls, 'alive'>;

interface Running {
  readonly worker: Worker;
  readonly rpc: RpcClient<NotifierCalls>;
}

/**
 * Runs the notifiers in a thread, so that their messages delay neither a poll nor a page. A thread that has failed or hangs is
 * started again with the next message or watch; the caller repeats what was on its way.
 */
export class NotifierThread implements AsyncDisposable {
  readonly #notifiers: readonly (ThreadedNotifier | undefined)[];
  #running: Running | undefined;
  #disposed = false;

  /** @param notifiers those of the configuration in order; undefined for one that does not run in the thread */
  constructor(notifiers: readonly (ThreadedNotifier | undefined)[]) {
    this.#notifiers = notifiers;
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
      <Name extends Sending>(name: Name) =>
      (passed: NotifierCalls[Name]['args']['passed'], signal: AbortSignal): Promise<NotifierCalls[Name]['result']> =>
        (this.#running ??= this.#start()).rpc.call(name, { index, passed } as NotifierCalls[Name]['args'], { signal });
    const { digestSize } = local;
    return {
      ...(digestSize === undefined ? {} : { digestSize }),
      ...(local.wants === undefined ? {} : { wants: (change) => local.wants?.(change) ?? true }),
      notify: by('notify'),
      notifyDigest: by('notifyDigest'),
      ...(local.notifyAll === undefined ? {} : { notifyAll: by('notifyAll') }),
      ...(local.acknowledged === undefined ? {} : { acknowledged: by('acknowledged') }),
      canary: by('canary'),
      ...(local.streams === undefined ? {} : { streams: local.streams, sendRecords: by('sendRecords') }),
    };
  }

  /**
   * Watches the thread, which is started if it does not run. A thread whose event loop does not run is ended, so that the callers
   * repeat what waits in it. Checks are counted, not time, because the main thread itself may have been late.
   * @param wall the machine's clock
   * @param part its part of the monitor: a thread that takes long to start has failed, but is not ended
   * @throws ScadaError the failure of the thread
   */
  async watch(wall: Clock, part: Part, signal: AbortSignal): Promise<void> {
    const { rpc } = (this.#running ??= this.#start());
    const hangs = new HangCounter();
    let hasAnswered = false;
    let isLate = false;
    const noteAnswer = (): void => {
      hasAnswered = true;
      if (isLate) part.recovered();
      isLate = false;
    };
    while (rpc.failure === undefined) {
      // a receiver may take its time: only this call must be answered
      void rpc.call('alive', undefined).then(noteAnswer, () => {});
      await wall.sleep(checkEveryMs, signal);
      const unanswered = hangs.check([rpc.answered]);
      if (unanswered < partDeadlines.unansweredChecks) continue;
      const error = failedBy(`the thread of the notifiers has not answered for ${unanswered} s`);
      if (hasAnswered || unanswered >= checksUntilStarted) rpc.fail(error);
      else if (!isLate) {
        isLate = true;
        part.failed(error);
      }
    }
    throw rpc.failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#running?.worker.terminate();
  }

  #start(): Running {
    const worker = new Worker(moduleBeside(import.meta.url, './worker'), {
      name: 'notifiers',
      workerData: this.#notifiers,
      resourceLimits,
    });
    const rpc = new RpcClient<NotifierCalls>(threadPort(worker), {
      name: 'the thread of the notifiers',
      unavailable: failedBy,
      onFailed: () => {
        if (this.#disposed) return;
        this.#running = undefined;
        // ends a loop without end too
        void worker.terminate();
      },
    });
    return { worker, rpc };
  }
}

/** Error for calls that the thread has not answered: their callers repeat them. */
const failedBy = (reason: string, cause?: unknown): ScadaError => new ScadaError('retryable', 'NOTIFY_FAILED', reason, { cause });
