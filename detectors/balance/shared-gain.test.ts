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
 * taken out. @param leak m³/h
 */
function rowsOf(count: number, seed: number, leak = 0): number[][] {
  const random = new Random(seed);
  let level = 2.5;
  return Array.from({ length: count }, (_, i) => {
    const speed = i % 900 < 450 ? 1 : 0.6;
    const out = 340 * speed + 10 * Math.sin(i / 50);
    const share = 70 + 60 * (2.5 - level);
    const filters = [1, 1, i % 2_500 > 2_300 ? 0 : 1, 1].map((open) => open * share);
    level += perUnit * (filters.reduce((sum, one) => sum + one, 0) - out - leak);
    const noisy = (value: number, noise: number): number => value + noise * random.normal();
    return [
      noisy(level, 0.002),
      ...filters.map((one) => noisy(one, 0.2)),
      noisy(out, 0.5),
      noisy(0.5 * out, 0.5),
      noisy(speed, 0.01),
    ];
  });
}

const learned = () => {
  const detector = make(balance, targetOf(tags));
  calibrate(balance, detector, vectors(rowsOf(5_000, 1)));
  return detector;
};

it('gives all flows into a store one effect per unit, and uses neither power nor vibration', () => {
  const { groups } = learned().snapshot().baseline as unknown as { groups: { all: { balances: Balance[] } } };
  const { terms = [] } = groups.all.balances.find(({ level }) => level === 'CW.LT') ?? {};
  expect(terms.map(({ tag }) => tag).toSorted()).toEqual(['F1.FT', 'F2.FT', 'F3.FT', 'F4.FT', 'OUT.FT']);
  for (const { tag, gain } of terms) expect((tag === 'OUT.FT' ? -gain : gain) / perUnit).toBeCloseTo(1, 1);
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
