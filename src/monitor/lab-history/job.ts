import { Batch, type BatchMessage } from '../../core/batch.ts';
import type { Tag } from '../../core/tag.ts';
import { runThread } from '../../learning/job/thread.ts';
import { moduleBeside } from '../../core/module.ts';
import type { SimulatedSpan } from './simulate.ts';

export interface HistoryJob extends SimulatedSpan {
  readonly tags: readonly Tag[];
}

/** Simulates the history of a lab's first start in a separate thread. @throws AbortError when the signal aborts */
export async function runHistory(job: HistoryJob, signal: AbortSignal): Promise<readonly Batch[]> {
  const module = moduleBeside(import.meta.url, './worker');
  const messages = await runThread<HistoryJob, readonly BatchMessage[]>(module, 'the simulated history', job, () => {}, signal);
  return messages.map((message) => new Batch(message));
}
