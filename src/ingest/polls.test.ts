import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Batch, BatchBuilder } from '../core/batch.ts';
import { pollsOf } from './polls.ts';

const samplesOf = (batch: Batch) =>
  Array.from({ length: batch.length }, (_, row) => ({
    tag: batch.tag[row],
    value: batch.value[row],
    quality: batch.quality[row],
    source: batch.sourceTime[row],
    received: batch.receiveTime[row],
    text: batch.texts.get(row),
  }));

it('splits a batch at each change of the receive time, without loss', () => {
  const sample = fc.record({ tag: fc.nat(3), value: fc.double(), received: fc.nat(4), text: fc.boolean() });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 30 }), (samples) => {
      const builder = new BatchBuilder('plc', samples.length);
      samples.forEach(({ tag, value, received, text }, row) => {
        if (text) builder.addText(tag, `t${row}`, value, 1, row, received);
        else builder.add(tag, value, 0, row, received);
      });
      const batch = builder.publish();
      const polls = [...pollsOf(batch)];
      expect(polls.flatMap(samplesOf)).toEqual(samplesOf(batch));
      expect(polls.every(({ device, length }) => device === 'plc' && length > 0)).toBe(true);
      const times = polls.map(({ receiveTime }) => [...new Set(receiveTime)]);
      expect(times.every((own, index) => own.length === 1 && own[0] !== times[index - 1]?.[0])).toBe(true);
    }),
    { seed: 3, numRuns: 200 },
  );
});
