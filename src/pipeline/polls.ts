import { type Batch, BatchBuilder } from '../core/batch.ts';

/**
 * A batch cut into what was received together. A historian's scan gives all samples of a device that follow each other as one
 * batch, which may be hours of them: taken whole, all of it would happen at one time.
 */
export function* pollsOf(batch: Batch): Generator<Batch> {
  const { receiveTime, length, texts } = batch;
  for (let from = 0, to = 0; from < length; from = to) {
    const time = receiveTime[from] as number;
    to = from + 1;
    while (to < length && receiveTime[to] === time) to++;
    if (from === 0 && to === length) {
      yield batch;
      return;
    }
    const columns = {
      tag: batch.tag.subarray(from, to),
      value: batch.value.subarray(from, to),
      quality: batch.quality.subarray(from, to),
      sourceTime: batch.sourceTime.subarray(from, to),
    };
    const own = texts.size === 0 ? texts : textsBetween(texts, from, to);
    const builder = new BatchBuilder(batch.device, to - from);
    builder.addColumns(columns, to - from, time, own);
    yield builder.publish();
  }
}

const textsBetween = (texts: ReadonlyMap<number, string>, from: number, to: number): ReadonlyMap<number, string> =>
  new Map([...texts].flatMap(([row, text]) => (row >= from && row < to ? [[row - from, text] as const] : [])));
