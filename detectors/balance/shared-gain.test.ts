import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { balance } from './index.ts';
import { flow, vectors } from './testing/plant.ts';
import type { Balance } from './schema.ts';

const tags = [
  tagOf('CW.LT', { description: 'Clearwell level' }),
  ...[1, 2, 3, 4].map((n) => tagOf(`F${n}.FT`, { ...flow, description: `Flow of filter ${n}` })),
  tagOf('OUT.FT', { ...flow, description: 'Station flow' }),
  tagOf('P1.KW', { unit: 'kW', description: 'Power of pump 1' }),
  tagOf('P1.VIB', { unit: 'mm/s', description: 'Vibration of pump 1' }),
];
const perUnit = 0.0001;

/**
 * A short calibration of a clearwell. A controller sets the four filters by the level, and they vary alike: only one of them was ever
 * taken out. @param leak m³/h @param inTurn each filter is taken out @param errors factors of the meters of the filters
 */
function rowsOf(count: number, seed: number, leak = 0, inTurn = false, errors = [1, 1, 1, 1]): number[][] {
  const random = new Random(seed);
  let level = 2.5;
  return Array.from({ length: count }, (_, i) => {
    const speed = i % 900 < 450 ? 1 : 0.6;
    const out = 340 * speed + 10 * Math.sin(i / 50);
    const share = 70 + 60 * (2.5 - level);
    const outOfService = i % 2_500 > 2_300 ? (inTurn ? Math.floor(i / 2_500) % 4 : 2) : -1;
    const filters = [0, 1, 2, 3].map((filter) => (filter === outOfService ? 0 : share));
    level += perUnit * (filters.reduce((sum, one) => sum + one, 0) - out - leak);
    const noisy = (value: number, noise: number): number => value + noise * random.normal();
    return [
      noisy(level, 0.002),
      ...filters.map((one, filter) => noisy(one * (errors[filter] ?? 1), 0.2)),
      noisy(out, 0.5),
      noisy(0.5 * out, 0.5),
      noisy(speed, 0.01),
    ];
  });
}

const learned = (rows = rowsOf(5_000, 1)) => {
  const detector = make(balance, targetOf(tags));
  calibrate(balance, detector, vectors(rows));
  return detector;
};
const termsOf = (detector: ReturnType<typeof learned>): Balance['terms'] => {
  const { groups } = detector.snapshot().baseline as unknown as { groups: { all: { balances: Balance[] } } };
  return groups.all.balances.find(({ level }) => level === 'CW.LT')?.terms ?? [];
};

it('gives all flows into a store one effect per unit, and uses neither power nor vibration', () => {
  const terms = termsOf(learned());
  expect(terms.map(({ tag }) => tag).toSorted()).toEqual(['F1.FT', 'F2.FT', 'F3.FT', 'F4.FT', 'OUT.FT']);
  for (const { tag, gain } of terms) expect((tag === 'OUT.FT' ? -gain : gain) / perUnit).toBeCloseTo(1, 1);
});

it('gives meters that read falsely their own effects where a long calibration shows them', () => {
  const errors = [1.06, 0.95, 1.03, 0.97];
  const terms = termsOf(learned(rowsOf(15_000, 3, 0, true, errors)));
  const gains = errors.map((_, filter) => terms.find(({ tag }) => tag === `F${filter + 1}.FT`)?.gain ?? 0);
  gains.forEach((gain, filter) => expect((gain * (errors[filter] ?? 1)) / perUnit).toBeCloseTo(1, 1.5));
  expect(Math.max(...gains) / Math.min(...gains)).toBeGreaterThan(1.08);
});

it('finds a leak of a hundredth of the flow, and nothing in normal operation', () => {
  const most = (leak: number): number =>
    Math.max(
      ...scored(learned(), vectors(rowsOf(1_200, 2, leak), 1e9)).flatMap(({ channel, surprise }) =>
        channel === 0 ? [surprise] : [],
      ),
    );
  expect(most(0)).toBeLessThan(1.5);
  expect(most(3)).toBeGreaterThan(2);
});
