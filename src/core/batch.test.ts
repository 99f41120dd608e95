import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch, BatchBuilder, TextDictionary } from './batch.ts';

describe('Batch', () => {
  it('keeps every column bit for bit, and through a message too', () => {
    const sample = fc.record({
      tag: fc.nat(),
      value: fc.double(),
      quality: fc.nat(0xffffffff),
      time: fc.double({ noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        const builder = new BatchBuilder('plc', samples.length + 3);
        for (const { tag, value, quality, time } of samples) builder.add(tag, value, quality, time, time + 1);
        const batch = new Batch(structuredClone(builder.publish().toMessage()));
        expect(batch.length).toBe(samples.length);
        samples.forEach(({ tag, value, quality, time }, row) => {
          expect(batch.tag[row]).toBe(tag);
          expect(Object.is(batch.value[row], value)).toBe(true);
          expect(batch.quality[row]).toBe(quality);
          expect(batch.sourceTime[row]).toBe(time);
          expect(batch.receiveTime[row]).toBe(time + 1);
        });
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('shares its memory instead of copying it', () => {
    const builder = new BatchBuilder('plc', 1);
    builder.add(0, 1, 0, 0, 0);
    const message = builder.publish().toMessage();
    expect(new Batch(message).toMessage().memory).toBe(message.memory);
  });

  it('refuses more than its capacity', () => {
    const builder = new BatchBuilder('plc', 1);
    builder.add(0, 1, 0, 0, 0);
    expect(() => builder.add(0, 1, 0, 0, 0)).toThrow('plc');
  });

  it('carries texts by row', () => {
    const texts = new TextDictionary();
    const builder = new BatchBuilder('plc', 2);
    for (const text of ['run', 'stop']) builder.addText(4, text, texts.codeOf(text), 0, 0, 0);
    const batch = builder.publish();
    expect([batch.texts.get(0), batch.texts.get(1)]).toEqual(['run', 'stop']);
    expect([...batch.value]).toEqual([0, 1]);
  });
});
