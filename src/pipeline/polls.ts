import type { Batch } from '../core/batch.ts';

/**
 * A batch cut into what was received together, in the same memory. A historian's scan gives all samples of a device that follow
 * each other as one batch, which may be hours of them: taken whole, all of it would happen at one time.
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
