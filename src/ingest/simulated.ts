import { type Batch, BatchBuilder } from '../core/batch.ts';
import { isSimulated } from '../core/quality.ts';

/**
 * The batch without samples that were simulated for a time before collection began: they are neither learned nor scored. The
 * batch itself if there are none.
 */
export function withoutSimulated(batch: Batch): Batch {
  if (!batch.quality.some(isSimulated)) return batch;
  const collected = new BatchBuilder(batch.device, batch.length, false);
  for (let row = 0; row < batch.length; row++) {
    const quality = batch.quality[row] as number;
    if (isSimulated(quality)) continue;
    const [tag, value] = [batch.tag[row] as number, batch.value[row] as number];
    const [sourceTime, receiveTime] = [batch.sourceTime[row] as number, batch.receiveTime[row] as number];
    const text = batch.texts.get(row);
    if (text === undefined) collected.add(tag, value, quality, sourceTime, receiveTime);
    else collected.addText(tag, text, value, quality, sourceTime, receiveTime);
  }
  return collected.publish();
}
