import type { Batch } from '../core/batch.ts';

/**
 * A batch cut into parts with one receive time, in the same memory. A scan of a historian gives all consecutive samples of a device
 * as one batch, which may be hours of them: as a whole, all of it would have one time.
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
