import type { Batch } from '../core/batch.ts';

/**
 * Splits a batch into parts with one receive time, in the same memory. A scan of a historian returns all consecutive samples of a
 * device as one batch, possibly hours of them, which would otherwise count as received at one time.
 */
export function* pollsOf(batch: Batch): Generator<Batch> {
  const { receiveTime, length } = batch;
  for (let from = 0, to = 0; from < length; from = to) {
    const time = receiveTime[from] as number;
    to = from + 1;
    while (to < length && receiveTime[to] === time) to++;
    yield batch.slice(from, to);
  }
}
