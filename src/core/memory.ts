import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Growth of a heap since the last full collection that triggers the next one, percent, in all threads. */
const growth = 30;

/**
 * Limits garbage. By default, V8 lets a heap grow to several times its live size before a full collection and does not return the
 * memory. After a day, a monitor would keep the memory of its peak.
 */
export const boundGarbage = (): void => setFlagsFromString(`--heap-growing-percent=${growth}`);

/** Heap size from which returning memory is worthwhile, bytes. */
const worthBytes = 100 * 2 ** 20;

/**
 * Returns memory that only a start needed. V8 keeps the pages of a shrunk heap until it is notified of memory pressure. Takes a
 * fraction of a second if the heap is large.
 */
export function giveBack(): void {
  if (getHeapStatistics().total_heap_size < worthBytes) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
