import fc from 'fast-check';
import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from '../core/batch.ts';
import { Quality } from '../core/quality.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { Columns } from './columns.ts';
import { Intake } from './intake.ts';
import { SampleColumns } from './samples.ts';
import {
  asEdited,
  compared,
  expectedState,
  listed,
  measure,
  normalRange,
  possible,
  reading,
  sentenceOf,
  impliedState,
  titled,
} from './words.ts';

describe('Columns', () => {
  const filled = (numbers: readonly number[]): Columns => {
    const columns = new Columns(2);
    columns.add('one', 1, Number.NaN);
    columns.add('three', 3).set(numbers);
    return columns;
  };

  it('comes back bit for bit through v8 and through JSON (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 6, maxLength: 6 }), (numbers) => {
        const columns = filled(numbers);
        const running = filled([0, 0, 0, 0, 0, 0]);
        running.load(deserialize(serialize(columns.save())));
        expect(running.save()).toEqual(columns.save());
        const baseline = filled([9, 9, 9, 9, 9, 9]);
        for (const channel of [0, 1]) {
          const json = columns.toJson(channel);
          baseline.fromJson(channel, json === undefined ? undefined : (JSON.parse(JSON.stringify(json)) as unknown));
        }
        expect(baseline.save()).toEqual(columns.save());
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('omits a channel in its initial state', () => {
    const columns = filled([0, 0, 0, 1, 0, 0]);
    expect(columns.toJson(0)).toBeUndefined();
    expect(columns.toJson(1)).toEqual({ one: 'NaN', three: [1, 0, 0] });
    columns.clear(1);
    expect(columns.toJson(1)).toBeUndefined();
  });

  it('refuses data that do not fit', () => {
    const columns = filled([0, 0, 0, 0, 0, 0]);
    expect(() => columns.load({ one: new Float64Array(2) })).toThrow(/three/);
    expect(() => columns.fromJson(0, { one: 1, three: [1, 2] })).toThrow(/three/);
    expect(() => columns.fromJson(0, { one: 'x', three: [1, 2, 3] })).toThrow(/not a number/);
  });
});

describe('Intake', () => {
  const offer = (
    intake: Intake,
    sourceTime: number,
    value = 1,
    quality: number = Quality.Good,
    receiveTime = sourceTime,
  ): boolean => {
    const batch = new BatchBuilder('PLC-1', 1);
    batch.add(0, value, quality, sourceTime, receiveTime);
    return intake.admit(0, batch.publish(), 0);
  };

  it('accepts good samples, and those whose only fault is an exceeded range', () => {
    const intake = new Intake([1_000]);
    expect(offer(intake, 1_000)).toBe(true);
    expect(offer(intake, 2_000, 1, Quality.BadSensorFailure)).toBe(false);
    expect(offer(intake, 3_000, 1, Quality.UncertainNoCommunicationLastUsableValue)).toBe(false);
    expect(offer(intake, 4_000, 1, Quality.UncertainEngineeringUnitsExceeded)).toBe(true);
  });

  it('accepts only samples later than the last one', () => {
    const intake = new Intake([1_000]);
    expect([5_000, 5_000, 4_000, Number.NaN, 5_001].map((time) => offer(intake, time))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('marks a gap after three scans', () => {
    const intake = new Intake([1_000]);
    const gaps = [0, 1_000, 4_000, 7_001].map((time) => {
      offer(intake, time);
      return intake.gap;
    });
    expect(gaps).toEqual([true, false, false, true]);
  });

  it('counts a sample before the last one as an error, and not one that repeats it', () => {
    const intake = new Intake([1_000]);
    const before = Intake.dropped;
    expect([2_000, 2_000, 1_000, 3_000].map((time) => offer(intake, time))).toEqual([true, false, false, true]);
    expect(Intake.dropped - before).toBe(1);
  });

  it('clips values whose square would overflow', () => {
    const intake = new Intake([1_000]);
    offer(intake, 1_000, 1e308);
    expect(intake.value).toBe(1e100);
    expect(offer(intake, 2_000, Number.POSITIVE_INFINITY)).toBe(false);
  });
});

describe('Intake.collect', () => {
  const tags = 4;
  const channelOf = Int32Array.of(1, -1, 0, 2);
  const poll = fc.record({
    time: fc.constantFrom(0, 1_000, 2_000, 3_000, 9_000, Number.NaN),
    rows: fc.uniqueArray(fc.nat(tags - 1), { minLength: 1 }).map((rows) => rows.toSorted((a, b) => a - b)),
  });
  /** Most polls are ordinary; others differ from that in one way, at one of their rows. */
  const odd = fc.option(
    fc.record({
      row: fc.nat(tags - 1),
      change: fc.constantFrom<Partial<Record<'tag' | 'value' | 'quality' | 'time' | 'received', number>>>(
        { tag: 0 },
        { tag: 3 },
        { value: 1e300 },
        { value: Number.NaN },
        { quality: Quality.BadSensorFailure },
        { quality: Quality.UncertainEngineeringUnitsExceeded },
        { time: 500 },
        { time: 2_500 },
        { received: -100_000 },
      ),
    }),
  );

  it('accepts the same samples as admit row by row, for ordinary and other batches (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(poll, odd), { maxLength: 12 }), (polls) => {
        // readers fill the same batches again
        const builders = Array.from({ length: tags + 1 }, (_, length) => new BatchBuilder('PLC-1', length));
        const [together, singly] = [new Intake([1_000, 1_000, 1_000]), new Intake([1_000, 1_000, 1_000])];
        const columns = new SampleColumns(tags);
        for (const [{ time, rows }, strange] of polls) {
          const builder = builders[rows.length] as BatchBuilder;
          builder.restart();
          rows.forEach((tag, i) => {
            const plain = { tag, value: i, quality: Quality.Good, time, received: time };
            const row = strange?.row === i ? { ...plain, ...strange.change } : plain;
            builder.add(row.tag, row.value, row.quality, row.time, row.received);
          });
          const batch = builder.publish();
          const collected: unknown[] = [];
          for (let row = 0; row < batch.length; ) {
            columns.begin(batch.length - row);
            row = together.collect(batch, row, batch.length, channelOf, columns);
            for (let i = 0; i < columns.length; i++)
              collected.push([columns.channel[i], columns.time[i], columns.value[i], columns.gap[i]]);
            expect(columns.hasGap).toBe(columns.gap.subarray(0, columns.length).includes(1));
          }
          const admitted = Array.from(batch.tag).flatMap((tag, row) => {
            const channel = channelOf[tag] as number;
            if (channel < 0 || !singly.admit(channel, batch, row)) return [];
            return [[channel, singly.time, singly.value, singly.gap ? 1 : 0]];
          });
          expect(collected).toEqual(admitted);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('words', () => {
  it('writes values with the decimals of their tag, and small ones with their digits only where nothing larger is known', () => {
    expect(measure(2, tagOf('A'))).toBe('2.000 m');
    expect(measure(0.000_012_3, tagOf('A'))).toBe('0.000 m');
    expect(measure(0.000_012_3, tagOf('A', { range: undefined }))).toBe('0.0000123 m');
    expect(measure(0.000_012_3, tagOf('A', { range: { low: 0, high: 0.000_02 } }))).toBe('0.0000123 m');
    expect(measure(Number.NaN, tagOf('A'))).toBe('no value');
  });

  it('keeps a sentence within 200 characters: first by the name of the tag, then by an ellipsis', () => {
    const long = tagOf('A', { description: `Level ${'of the second clearwell '.repeat(7)}` });
    expect(sentenceOf(tagOf('A'), 'rose', 'Normal: no change')).toBe('Test A rose. Normal: no change.');
    expect(sentenceOf(long, 'rose by 3.000 m within 10 s to 4.000 m', 'Normal: at most 1.000 m')).toMatch(
      /^A rose by .* 1\.000 m\.$/,
    );
    const cut = sentenceOf(long, `rose ${'again and again '.repeat(20)}`, '');
    expect([cut.length, cut.slice(-2)]).toEqual([200, '….']);
  });

  it('writes a normal range with its unit once, and a range without width as a value', () => {
    expect(normalRange('1.0 m', '2.0 m', 'm')).toBe('Normal range 1.0 to 2.0 m');
    expect(normalRange('7.0 m', '7.0 m', 'm')).toBe('Normal value 7.0 m');
    expect(normalRange('1', '2', '')).toBe('Normal range 1 to 2');
  });

  it('marks edited normal values, and names the editor where 200 characters allow it', () => {
    const sentence = 'Level is 4 m. Normal range 1 to 2 m.';
    expect(asEdited(sentence, 'Edited: high 2 m by anna.')).toBe(
      'Level is 4 m. Edited normal range 1 to 2 m. Edited: high 2 m by anna.',
    );
    expect(asEdited(sentence, `Edited: ${'x'.repeat(200)}.`)).toBe('Level is 4 m. Edited normal range 1 to 2 m.');
  });

  it('writes negative numbers with a minus sign, and zero without one', () => {
    expect([-0.6, -0, -1e-12].map((value) => measure(value, tagOf('A', { decimals: 1 })))).toEqual(['−0.6 m', '0.0 m', '0.0 m']);
    expect([['a'], ['a', 'b'], ['a', 'b', 'c']].map((words) => listed(words))).toEqual(['a', 'a and b', 'a, b and c']);
  });

  it('writes compared values so that different ones differ, and no finer', () => {
    const level = tagOf('A', { decimals: 2 });
    expect(compared(level, 3.902, 2.1, 3.899)).toEqual(['3.902 m', '2.100 m', '3.899 m']);
    expect(compared(level, 4, 2.1, 3.9)).toEqual(['4.00 m', '2.10 m', '3.90 m']);
    expect(compared(level, 3, 3)).toEqual(['3.00 m', '3.00 m']);
    expect(compared(level, 3.000_000_1, 3)).toEqual(['3.00 m', '3.00 m']);
    const current = tagOf('A', { decimals: 2, unit: 'A', range: undefined });
    expect(compared(current, 0.000_002_62, 0.02, 0.3)).toEqual(['0.00 A', '0.02 A', '0.30 A']);
    expect(compared(current, 0.000_002_62, 0.000_004)).toEqual(['0.00000262 A', '0.00000400 A']);
    expect(compared(level, Number.NaN, 3)).toEqual(['no value', '3.00 m']);
  });

  it('expects nothing beyond the engineering range of a tag that is within it', () => {
    const flow = tagOf('FT', { range: { low: 0, high: 200 } });
    expect([-0.1, 30, 210].map((expected) => possible(expected, 5, flow))).toEqual([0, 30, 200]);
    expect(possible(-0.5, -0.2, flow)).toBe(-0.5);
    expect(possible(230, 220, flow)).toBe(230);
    expect(possible(-0.1, Number.NaN, flow)).toBe(-0.1);
    expect(possible(-0.1, 5, { ...flow, range: undefined })).toBe(-0.1);
  });

  it('writes the name of a discrete state, and the state that a value between two points to', () => {
    const pump = tagOf('P1', { kind: 'discrete', unit: '', states: { 0: 'off', 1: 'on', 2: 'tripped' } });
    expect([0, 1, 3].map((value) => reading(value, pump))).toEqual(['off', 'on', '3']);
    expect(reading(2, tagOf('A'))).toBe('2.000 m');
    expect(impliedState(0.7, 0, pump)).toEqual({ state: 1, leaning: false });
    expect(impliedState(0.297, 0, pump)).toEqual({ state: 1, leaning: true });
    expect(impliedState(0.8, 1, pump)).toEqual({ state: 0, leaning: true });
    expect(impliedState(0.2, 2, pump)).toEqual({ state: 0, leaning: false });
    expect(impliedState(-0.4, 0, pump)).toEqual({ state: undefined, leaning: true });
    expect(impliedState(0.3, 0, tagOf('P2', { kind: 'discrete' }))).toEqual({ state: 1, leaning: true });
    expect(expectedState(0.2, 1, pump)).toBe('off');
    expect(expectedState(0.8, 1, pump)).toBe('between on and off');
    expect(expectedState(-0.4, 0, pump)).toBe('off');
    expect(expectedState(3.2, 5, tagOf('P2', { kind: 'discrete' }))).toBe('3');
  });

  it('keeps titles within 48 characters by a shorter name', () => {
    const tag = tagOf('CW.LT01', {
      description: 'The level of the clearwell at the north side, first transmitter',
      short: 'CW L1',
    });
    expect(titled(tag, 'frozen at 2.000 m')).toBe('CW.LT01 frozen at 2.000 m');
    expect(titled(tag, 'x'.repeat(60))).toHaveLength(48);
  });
});
