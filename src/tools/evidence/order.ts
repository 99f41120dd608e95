import { type Batch, BatchBuilder } from '../../core/batch.ts';
import type { TagTable } from '../../core/tag.ts';

/** One sample that waits for its position. */
export interface Received {
  readonly tag: number;
  readonly value: number;
  readonly quality: number;
  readonly sourceTime: number;
  readonly receiveTime: number;
  readonly text: string | undefined;
}

/** One batch per device for the samples of one receive time, in the order of the configured tags. */
export function* batchesAt(samples: readonly Received[], tags: TagTable): Generator<Batch> {
  const rows = samples.toSorted((a, b) => a.tag - b.tag);
  for (const [device, own] of Map.groupBy(rows, ({ tag }) => tags.at(tag).device)) {
    const batch = new BatchBuilder(device, own.length);
    for (const { tag, text, value, quality, sourceTime, receiveTime } of own) {
      if (text === undefined) batch.add(tag, value, quality, sourceTime, receiveTime);
      else batch.addText(tag, text, value, quality, sourceTime, receiveTime);
    }
    yield batch.publish();
  }
}

/** Default number of samples that may wait. */
const usualBound = 262_144;

export interface Ordered {
  /** ms UTC, ascending or equal. */
  readonly time: number;
  readonly batch: Batch;
}

/**
 * Sorts samples that are given by source time into the order of receipt. Memory is bounded: a sample that was stored too far from
 * its neighbours comes late.
 * @param onMisplaced receives each sample that comes late
 */
export async function* inOrderOfReceipt(
  batches: AsyncIterable<Batch>,
  { from, to }: { readonly from: number; readonly to: number },
  tags: TagTable,
  onMisplaced: () => void,
  bound = usualBound,
): AsyncGenerator<Ordered, void, void> {
  let waiting: Received[] = [];
  let time = Number.NEGATIVE_INFINITY;
  for await (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const receiveTime = batch.receiveTime[row] as number;
      if (!(receiveTime >= from && receiveTime < to)) continue;
      waiting.push({
        tag: batch.tag[row] as number,
        value: batch.value[row] as number,
        quality: batch.quality[row] as number,
        sourceTime: batch.sourceTime[row] as number,
        receiveTime,
        text: batch.texts.get(row),
      });
    }
    if (waiting.length >= 2 * bound) yield* release(bound);
  }
  yield* release(waiting.length);

  /** Yields the first `count` samples, and those received at the same time as the last of them. */
  function* release(count: number): Generator<Ordered, void, void> {
    waiting.sort((a, b) => a.receiveTime - b.receiveTime);
    let begin = 0;
    while (begin < count) {
      const { receiveTime } = waiting[begin] as Received;
      let end = begin + 1;
      while (end < waiting.length && waiting[end]?.receiveTime === receiveTime) end++;
      if (receiveTime < time) for (let row = begin; row < end; row++) onMisplaced();
      time = Math.max(time, receiveTime);
      for (const batch of batchesAt(waiting.slice(begin, end), tags)) yield { time, batch };
      begin = end;
    }
    waiting = waiting.slice(begin);
  }
}
