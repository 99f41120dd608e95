import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch, BatchBuilder, TextDictionary } from './batch.ts';

describe('Batch', () => {
  it('keeps every column bit for bit, also through a message', () => {
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

  it('returns some of its rows as a batch of the same memory, repeatedly', () => {
    const builder = new BatchBuilder('plc', 8);
    for (let row = 0; row < 6; row++) builder.add(row, row / 2, 10 * row, 20 * row, 30 * row);
    builder.addText(6, 'stop', 3, 60, 120, 180);
    const whole = builder.publish();
    const part = whole.slice(1, 7, 'rtu').slice(2, 6, 'rtu');
    for (const batch of [part, new Batch(structuredClone(part.toMessage()))]) {
      expect([batch.device, batch.length]).toEqual(['rtu', 4]);
      expect([...batch.tag]).toEqual([3, 4, 5, 6]);
      expect([...batch.value]).toEqual([1.5, 2, 2.5, 3]);
      expect([...batch.quality]).toEqual([30, 40, 50, 60]);
      expect([...batch.sourceTime]).toEqual([60, 80, 100, 120]);
      expect([...batch.receiveTime]).toEqual([90, 120, 150, 180]);
      expect([...batch.texts]).toEqual([[3, 'stop']]);
    }
    expect(part.toMessage().memory).toBe(whole.toMessage().memory);
    expect(whole.slice(0, 7)).toBe(whole);
    expect(whole.slice(0, 0).length).toBe(0);
  });

  it('copies only its own rows if its memory is not shared', () => {
    const builder = new BatchBuilder('plc', 100, false);
    for (let row = 0; row < 100; row++) builder.addText(row, `t${row}`, row, row, row, 2 * row);
    const whole = builder.publish();
    expect(whole.toMessage().memory.byteLength).toBe(3_200);
    const message = whole.slice(40, 43).toMessage();
    expect(message.memory.byteLength).toBe(96);
    const part = new Batch(structuredClone(message));
    expect([...part.tag]).toEqual([40, 41, 42]);
    expect([...part.receiveTime]).toEqual([80, 82, 84]);
    expect([...part.texts.values()]).toEqual(['t40', 't41', 't42']);
  });

  it('refuses more than its capacity', () => {
    const builder = new BatchBuilder('plc', 1);
    builder.add(0, 1, 0, 0, 0);
    expect(() => builder.add(0, 1, 0, 0, 0)).toThrow('plc');
  });

  it('accepts columns with the same result as single samples', () => {
    const columns = {
      tag: Uint32Array.of(3, 1, 9),
      value: Float64Array.of(0.5, 7, 1e9),
      quality: Uint32Array.of(0, 0x80000000, 0),
      sourceTime: Float64Array.of(10, 20, 30),
    };
    const one = new BatchBuilder('plc', 5);
    const other = new BatchBuilder('plc', 5);
    one.add(8, 8, 8, 8, 8);
    other.add(8, 8, 8, 8, 8);
    one.addColumns(columns, 2, 40, new Map([[1, 'stop']]));
    other.add(3, 0.5, 0, 10, 40);
    other.addText(1, 'stop', 7, 0x80000000, 20, 40);
    const [columnar, sampled] = [one.publish(), other.publish()];
    expect(columnar.texts).toEqual(sampled.texts);
    for (const name of ['tag', 'value', 'quality', 'sourceTime', 'receiveTime'] as const) {
      expect([...columnar[name]]).toEqual([...sampled[name]]);
    }
    expect(() => one.addColumns(columns, 3, 0, new Map())).toThrow('plc');
    one.addColumns(columns, 2, Float64Array.of(50, 60, 70), new Map());
    expect([...one.publish().receiveTime]).toEqual([8, 40, 40, 50, 60]);
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
