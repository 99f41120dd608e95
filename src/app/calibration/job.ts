import { Worker } from 'node:worker_threads';
import { ScadaError } from '../../core/errors.ts';
import type { Baseline } from '../detection/messages.ts';
import type { DetectionPlan } from '../detection/plan.ts';
import { moduleBeside } from '../module.ts';
import type { Excluded } from './exclude.ts';

/** Normal running to learn from: simulated, or what a historian has recorded. */
export type CalibrationSource =
  | { readonly type: 'simulate'; readonly plant: string; readonly seed: number; readonly from: number; readonly to: number }
  | {
      readonly type: 'history';
      readonly historian: { readonly type: string; readonly config: unknown };
      readonly dataDir: string;
      readonly from: number;
      readonly to: number;
      /** What was anomalous in it and must not be learned. */
      readonly excluded: readonly Excluded[];
    };

export interface CalibrationJob {
  readonly plan: DetectionPlan;
  readonly source: CalibrationSource;
}

export type CalibrationMessage =
  | { readonly type: 'progress'; readonly done: number; readonly text: string }
  | { readonly type: 'baseline'; readonly baseline: Baseline }
  | { readonly type: 'failed'; readonly code: ScadaError['code']; readonly message: string; readonly hint: string | undefined };

/**
 * Learns a baseline in a thread of its own.
 * @param onProgress called with 0–1 and what is being done
 * @throws ScadaError of the calibration; AbortError when the signal aborts
 */
export async function runCalibration(
  job: CalibrationJob,
  onProgress: (done: number, text: string) => void,
  signal: AbortSignal,
): Promise<Baseline> {
  signal.throwIfAborted();
  const worker = new Worker(moduleBeside(import.meta.url, './worker'), { workerData: job });
  const { promise, resolve, reject } = Promise.withResolvers<Baseline>();
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  worker.on('message', (message: CalibrationMessage) => {
    if (message.type === 'progress') onProgress(message.done, message.text);
    else if (message.type === 'baseline') resolve(message.baseline);
    else
      reject(new ScadaError('config', message.code, message.message, message.hint === undefined ? {} : { hint: message.hint }));
  });
  worker.on('error', (cause) => reject(new ScadaError('fatal', 'INTERNAL', `calibration failed: ${String(cause)}`, { cause })));
  worker.on('exit', () => reject(new ScadaError('fatal', 'INTERNAL', 'the calibration thread ended without a result')));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
