import { expect, it } from 'vitest';
import type { Observation } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import type { TagModes } from '../../src/core/tag.ts';
import { calibrate, make, scored, tagOf, targetOf } from '../../test/support/detectors.ts';
import { balance } from './index.ts';
import { ModeFlows } from './mode-flows.ts';
import type { Balance } from './schema.ts';

const modes: TagModes = { tag: 'STEP', of: { 0: 'filtering', 1: 'rinsing', 2: 'out' }, settleMs: 60_000 };
const flow = { unit: 'm³/h', range: { low: 0, high: 200 }, decimals: 1 } as const;
const tags = [
  tagOf('LT', { description: 'Clearwell level' }),
  tagOf('FT', { ...flow, description: 'Filter flow', modes }),
  tagOf('OUT', { ...flow, description: 'Station flow' }),
  tagOf('STEP', { kind: 'discrete', role: 'status', unit: '', decimals: 0 }),
];
const gain = 0.001;

/** A filter fills a clearwell, and is rinsed to the drain for a while now and then. @param leak m per row */
function rowsOf(count: number, seed: number, leak = 0): number[][] {
  const random = new Random(seed);
  let level = 2.5;
  return Array.from({ length: count }, (_, i) => {
    const step = i % 400 < 40 ? 1 : i % 1_900 > 1_800 ? 2 : 0;
    const inflow = step === 2 ? 0 : 100 + 30 * Math.sin(i / 90);
    const outflow = 85 + 40 * (level - 2.5) + 30 * Math.sin(i / 260);
    level += gain * ((step === 0 ? inflow : 0) - outflow) - leak;
    return [level + 0.002 * random.normal(), inflow + 0.3 * random.normal(), outflow + 0.3 * random.normal(), step];
  });
}

const vectors = (rows: readonly (readonly number[])[]): Observation[] =>
  rows.map((row, i) => ({
    kind: 'vector',
    vector: {
      group: 'all',
      time: i * 1_000,
      value: Float64Array.from(row),
      age: new Float64Array(row.length),
      mask: new Uint8Array(row.length),
    },
  }));

const most = (rows: readonly (readonly number[])[]): number => {
  const detector = make(balance, targetOf(tags));
  calibrate(balance, detector, vectors(rowsOf(8_000, 1)));
  return Math.max(...scored(detector, vectors(rows)).map(({ surprise }) => surprise));
};

it('adds the flows of equipment with modes, in each mode', () => {
  const flows = new ModeFlows(tags);
  expect(flows.tags.map(({ name, description }) => `${name}: ${description}`).slice(4)).toEqual([
    'FT/filtering: Filter flow (filtering)',
    'FT/rinsing: Filter flow (rinsing)',
    'FT/out: Filter flow (out)',
  ]);
  expect([...flows.extend(Float64Array.of(2, 80, 50, 1))]).toEqual([2, 80, 50, 1, 0, 80, 0]);
  expect([...flows.extend(Float64Array.of(2, 80, 50, Number.NaN))].slice(4)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([...flows.extend(Float64Array.of(2, Number.NaN, 50, 0))].slice(4)).toEqual([Number.NaN, 0, 0]);
  // a mode that the states do not name
  expect([...flows.extend(Float64Array.of(2, 80, 50, 9))].slice(4)).toEqual([0, 0, 0]);
});

it('balances a level with the flow that reaches it, although the same flow goes to the drain in another mode', () => {
  const detector = make(balance, targetOf(tags));
  calibrate(balance, detector, vectors(rowsOf(8_000, 1)));
  const { groups } = detector.snapshot().baseline as unknown as { groups: Record<string, { balances: Balance[] }> };
  const [found] = groups['all']?.balances.filter(({ level }) => level === 'LT') ?? [];
  const gainOf = (tag: string): number => (found?.terms.find((term) => term.tag === tag)?.gain ?? 0) / gain;
  expect(gainOf('FT/filtering')).toBeCloseTo(1, 1);
  expect(gainOf('OUT')).toBeCloseTo(-1, 1);
  expect(gainOf('FT/rinsing')).toBeCloseTo(0, 1);
  expect(gainOf('FT')).toBe(0);
});

it('finds a leak, and names the tags of the plant', () => {
  expect(most(rowsOf(3_000, 2))).toBeLessThan(1.5);
  expect(most(rowsOf(3_000, 2, 0.0008))).toBeGreaterThan(2);
  const detector = make(balance, targetOf(tags));
  calibrate(balance, detector, vectors(rowsOf(8_000, 1)));
  scored(detector, vectors(rowsOf(1_500, 2, 0.0004)));
  const { contributions } = detector.explain(detector.channels.findIndex(({ key }) => key === 'all/LT'));
  expect(contributions.map(({ tag }) => tag).toSorted()).toEqual(['FT', 'LT', 'OUT']);
  expect(contributions.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeCloseTo(1, 6);
});
