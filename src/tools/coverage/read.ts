import { workApart } from '../../core/apart.ts';
import type { Coverage } from '../../core/coverage.ts';
import { ScadaError } from '../../core/errors.ts';
import { moduleBeside } from '../../core/module.ts';

/** Call of the thread that reads the measured coverage. */
export interface CoverageCalls {
  readonly read: { readonly args: undefined; readonly result: Coverage | undefined };
}

const limits = { name: 'coverage', deadlineMs: 30_000, mostMb: 256 };

/**
 * Reads the measured coverage of the shipped scenarios once, when a page first needs it. A thread reads it, because the scenarios are many
 * files. After a failure it is read again when that thread has ended: at most one waits for a disk that hangs.
 */
export function coverageReader(): () => Promise<Coverage | undefined> {
  let reading: Promise<Coverage | undefined> | undefined;
  const fail = (reason: string, cause?: unknown): ScadaError =>
    new ScadaError('retryable', 'INTERNAL', `the measured coverage ${reason}`, { cause });
  return () => {
    let isRead = false;
    reading ??= workApart<CoverageCalls, Coverage | undefined>(
      moduleBeside(import.meta.url, './worker'),
      { ...limits, fail },
      async (thread) => {
        const found = await thread.call('read', undefined);
        isRead = true;
        return found;
      },
      (end) =>
        void end.then(() => {
          if (!isRead) reading = undefined;
        }),
    );
    return reading;
  };
}
