import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Garbage of all threads is collected when a heap has grown by this share since the last time, percent. */
const growth = 30;

/**
 * Keeps what a process takes near what it needs. V8 by itself lets a heap grow to several times what lives in it before it collects
 * the old part, and what was once taken is not given back: after a day a monitor has the memory of its worst minute.
 */
export const boundGarbage = (): void => setFlagsFromString(`--heap-growing-percent=${growth}`);

/** A smaller heap has nothing to give back that would be worth a look. */
const worthBytes = 100 * 2 ** 20;

/**
 * Gives back to the system what only a start needed: of a heap that has shrunk V8 keeps the pages for later, unless it is told
 * that nothing else helps. Takes a part of a second of the thread's time where the heap is large.
 */
export function giveBack(): void {
  if (getHeapStatistics().total_heap_size < worthBytes) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
