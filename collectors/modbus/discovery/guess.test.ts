import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { guessReadings } from './guess.ts';
import type { Reading, Run, WordOrder } from './readings.ts';

const view = new DataView(new ArrayBuffer(4));
const words = (raw: number, order: WordOrder): number[] => {
  const [high, low] = [Math.floor(raw / 0x10000) & 0xffff, raw & 0xffff];
  return order === 'ABCD' ? [high, low] : [low, high];
};
const float = (value: number, order: WordOrder): number[] => {
  view.setFloat32(0, value);
  return words(view.getUint32(0), order);
};

/** Contents of a device: a type, and its registers at each sampling. */
interface Cell {
  readonly type: Reading['type'];
  readonly samples: readonly (readonly number[])[];
}

const runOf = (cells: readonly Cell[], start: number): Run => ({
  start,
  samples: (cells[0]?.samples ?? []).map((_, sampling) =>
    Float64Array.from(cells.flatMap(({ samples }) => samples[sampling] ?? [])),
  ),
});

/** Correct and guessed type and word order at each offset. */
function compare(cells: readonly Cell[], order: WordOrder, start: number): { readonly right: number; readonly told: string } {
  const run = runOf(cells, start);
  const guessed = new Map((guessReadings([run]).readings.get(run) ?? []).map((reading) => [reading.at, reading]));
  let at = 0;
  let right = 0;
  const told: string[] = [];
  for (const { type, samples } of cells) {
    const reading = guessed.get(at);
    if (reading?.type === type && (reading.order ?? order) === order) right++;
    told.push(`${at}: ${type} taken for ${reading?.type} ${reading?.order ?? ''}`);
    at += samples[0]?.length ?? 0;
  }
  return { right, told: told.join('; ') };
}

/** A measured value with its noise. */
function measured(mean: number, noise: number, count: number, random: Random): number[] {
  return Array.from({ length: count }, () => mean + noise * random.normal());
}

/** A random item that a device may hold. */
function draw(random: Random, order: WordOrder, samplings: number): Cell {
  const cell = (type: Cell['type'], values: readonly number[], registers: (value: number) => number[]): Cell => ({
    type,
    samples: values.map(registers),
  });
  const still = (value: number): number[] => Array.from({ length: samplings }, () => value);
  const mean = 10 ** random.between(-1, 4);
  const choice = random.next();
  if (choice < 0.35)
    return cell('float32', measured(mean, mean * 10 ** random.between(-4, -1.5), samplings, random), (v) => float(v, order));
  if (choice < 0.5) return cell('float32', still(Number(mean.toPrecision(3))), (v) => float(v, order));
  if (choice < 0.65) {
    const level = random.between(100, 10_000);
    const values = measured(level, level * 10 ** random.between(-3, -1.5), samplings, random);
    return cell('uint16', values, (v) => [Math.max(0, Math.round(v))]);
  }
  if (choice < 0.75) return cell('uint16', still(random.integer(0, 500)), (v) => [v]);
  if (choice < 0.8)
    return cell(
      'uint16',
      still(0).map(() => random.integer(0, 3)),
      (v) => [v],
    );
  if (choice < 0.88) {
    const level = -random.between(5, 1000);
    const values = measured(level, 1 - level * 0.01, samplings, random);
    return cell('int16', values, (v) => [Math.min(-1, Math.round(v)) & 0xffff]);
  }
  if (choice < 0.94) {
    let total = random.integer(70_000, 5_000_000);
    const totals = still(0).map(() => (total += random.integer(1, 20)));
    return cell('uint32', totals, (v) => words(v, order));
  }
  return cell('uint16', still(0), (v) => [v]);
}

describe('guessing the types of registers', () => {
  const orders = fc.constantFrom<WordOrder>('ABCD', 'CDAB');
  const start = fc.integer({ min: 0, max: 60_000 }).map((at) => at - (at % 2));

  it('recognises measured single-precision values by their order, of any magnitude', () => {
    const signal = fc.record({
      mean: fc.double({ min: -1, max: 4, noNaN: true }).map((exponent) => 10 ** exponent),
      noise: fc.double({ min: -3, max: -1.5, noNaN: true }).map((exponent) => 10 ** exponent),
    });
    const device = fc.record({
      signals: fc.array(signal, { minLength: 1, maxLength: 10 }),
      order: orders,
      start,
      seed: fc.nat(9_999),
    });
    fc.assert(
      fc.property(device, ({ signals, order, start: from, seed }) => {
        const random = new Random(seed);
        const cells = signals.map(({ mean, noise }): Cell => {
          const values = measured(mean, mean * noise, 5, random);
          return { type: 'float32', samples: values.map((value) => float(value, order)) };
        });
        const { right, told } = compare(cells, order, from);
        expect(right, told).toBe(cells.length);
      }),
      { seed: 43, numRuns: 300 },
    );
  });

  it('recognises constant set-points of one to three digits', () => {
    const value = fc
      .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: -1, max: 1 }))
      .map(([figures, shift]) => figures * 10 ** shift)
      .filter((number) => !Number.isInteger(number));
    const device = fc.record({ values: fc.array(value, { minLength: 1, maxLength: 8 }), order: orders, start });
    fc.assert(
      fc.property(device, ({ values, order, start: from }) => {
        const cells = values.map(
          (one): Cell => ({ type: 'float32', samples: Array.from({ length: 3 }, () => float(one, order)) }),
        );
        const { right, told } = compare(cells, order, from);
        expect(right, told).toBe(cells.length);
      }),
      { seed: 44, numRuns: 300 },
    );
  });

  it('recognises scaled and signed values of one register, and states', () => {
    const signal = fc.record({
      mean: fc.integer({ min: -3_000, max: 12_000 }).filter((mean) => Math.abs(mean) > 20),
      noise: fc.integer({ min: 1, max: 40 }),
    });
    const device = fc.record({ signals: fc.array(signal, { minLength: 1, maxLength: 12 }), seed: fc.nat(9_999) });
    fc.assert(
      fc.property(device, ({ signals, seed }) => {
        const random = new Random(seed);
        const cells = signals.map(({ mean, noise }): Cell => {
          const most = Math.min(noise, Math.abs(mean) / 5);
          const values = measured(mean, most, 5, random).map((v) => (mean < 0 ? Math.min(-1, Math.round(v)) : Math.round(v)));
          return { type: mean < 0 ? 'int16' : 'uint16', samples: values.map((v) => [v & 0xffff]) };
        });
        const { right, told } = compare(cells, 'ABCD', 0);
        expect(right, told).toBe(cells.length);
      }),
      { seed: 45, numRuns: 300 },
    );
  });

  it('recognises counters of 32 bits, and texts', () => {
    const text = Array.from({ length: 5 }, () =>
      [...'PUMP STATION'.matchAll(/../g)].map(([pair]) => pair.charCodeAt(0) * 256 + pair.charCodeAt(1)),
    );
    // Just after a carry into its high half, a counter resembles two separate registers.
    const total = fc.integer({ min: 70_000, max: 5_000_000 }).filter((count) => (count & 0xffff) > 4_096);
    const device = fc.record({ total, order: orders, seed: fc.nat(9_999) });
    fc.assert(
      fc.property(device, ({ total: first, order, seed }) => {
        const random = new Random(seed);
        let count = first;
        const totals = Array.from({ length: 5 }, () => words((count += random.integer(1, 50)), order));
        const cells: Cell[] = [
          { type: 'uint32', samples: totals },
          { type: 'string', samples: text },
        ];
        const { right, told } = compare(cells, order, 0);
        expect(right, told).toBe(2);
      }),
      { seed: 46, numRuns: 200 },
    );
  });

  it('reads zeros and small constants as separate registers', () => {
    const still = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(still, fc.integer({ min: 1, max: 6 }), (values, samplings) => {
        const cells = values.map(
          (value): Cell => ({ type: 'uint16', samples: Array.from({ length: samplings }, () => [value]) }),
        );
        const { right, told } = compare(cells, 'ABCD', 0);
        expect(right, told).toBe(cells.length);
      }),
      { seed: 47, numRuns: 200 },
    );
  });

  it.each([3, 5, 10, 20])('is seldom wrong for a mixture, sampled %i times', (samplings) => {
    let [all, right] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const order = random.next() < 0.5 ? 'ABCD' : 'CDAB';
      const cells = Array.from({ length: random.integer(1, 12) }, () => draw(random, order, samplings));
      all += cells.length;
      right += compare(cells, order, random.next() < 0.7 ? 0 : random.integer(0, 100)).right;
    }
    expect(all).toBeGreaterThan(1_000);
    expect(right / all).toBeGreaterThan(0.97);
  });

  it('recognises a nearly constant value from its neighbours', () => {
    const slow: Cell = { type: 'float32', samples: [0, 1, 2, 3, 4].map((k) => float(804.1234 + 0.006 * k, 'ABCD')) };
    const random = new Random(7);
    const others = Array.from({ length: 8 }, (): Cell => {
      const values = measured(20 + 100 * random.next(), 1, 5, random);
      return { type: 'float32', samples: values.map((value) => float(value, 'ABCD')) };
    });
    expect(compare([slow], 'ABCD', 0).right).toBe(0);
    expect(compare([...others, slow], 'ABCD', 0).right).toBe(9);
  });

  it('tolerates registers that could not be read at some samplings, or at none', () => {
    const [a, b] = [float(20.1, 'CDAB'), float(20.4, 'CDAB')];
    const gap = [Number.NaN, Number.NaN];
    const run: Run = { start: 8, samples: [Float64Array.from(a), Float64Array.from(gap), Float64Array.from(b)] };
    expect(guessReadings([run]).readings.get(run)).toMatchObject([{ at: 0, type: 'float32', order: 'CDAB' }]);
    expect(guessReadings([]).readings.size).toBe(0);
  });
});
