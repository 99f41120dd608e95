import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../../core/batch.ts';
import { Recording } from './recording.ts';

const sample = fc.record({
  tag: fc.nat(5),
  value: fc.double(),
  quality: fc.constantFrom(0, 0, 0x800a0000),
  time: fc.constantFrom(10, 10, 20),
});

describe('Recording', () => {
  it('returns the appended observations, any number of times', () => {
    fc.assert(
      fc.property(fc.array(fc.array(sample, { maxLength: 8 }), { maxLength: 20 }), (batches) => {
        const recording = new Recording();
        for (const samples of batches) {
          const builder = new BatchBuilder('plc', samples.length);
          for (const { tag, value, quality, time } of samples) builder.add(tag, value, quality, time, 99);
          recording.append(builder.publish());
        }
        const elsewhere = new Recording(structuredClone(recording.toMessage()));
        for (const kept of [recording, recording, elsewhere]) {
          // read during the iteration: batches are overwritten in the end
          const back = Iterator.from(kept).map((observation) => {
            if (observation.kind !== 'batch') throw new Error('not a batch');
            const { tag, value, quality, sourceTime, receiveTime } = observation.batch;
            expect(receiveTime.every((time) => time === 99)).toBe(true);
            return [...tag].map((each, row) => ({ tag: each, value: value[row], quality: quality[row], time: sourceTime[row] }));
          });
          expect([...back]).toEqual(batches);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('keeps long recordings across its blocks', () => {
    const recording = new Recording();
    for (let i = 0; i < 4_500; i++) {
      const builder = new BatchBuilder('plc', 100);
      for (let tag = 0; tag < 100; tag++) builder.add(tag, i * 100 + tag, 0, i, i);
      recording.append(builder.publish());
    }
    expect(recording.length).toBe(450_000);
    let expected = 0;
    for (const observation of recording) {
      if (observation.kind !== 'batch') continue;
      expect(observation.batch.value.every((value) => value === expected++)).toBe(true);
    }
    expect(expected).toBe(450_000);
  });

  it('keeps a batch that is longer than a block', () => {
    const recording = new Recording();
    const builder = new BatchBuilder('plc', 300_000);
    for (let row = 0; row < 300_000; row++) builder.add(row, row, row, row, 1);
    recording.append(builder.publish());
    for (const observation of recording)
      if (observation.kind === 'batch') {
        expect(observation.batch.length).toBe(300_000);
        expect(observation.batch.value[299_999]).toBe(299_999);
        expect(observation.batch.quality[299_999]).toBe(299_999);
        expect(observation.batch.sourceTime[299_999]).toBe(299_999);
      }
  });
});
