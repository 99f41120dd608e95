import { expect, it } from 'vitest';
import type { JointChannel } from './joint.ts';
import type { Maxima } from './maxima.ts';
import { raiseForHoldouts, type BudgetScope } from './promise.ts';

const hourMs = 3_600_000;

/** Two channels of two areas; by block, an hour each, the maxima of each channel. */
function maximaOf(...values: readonly (readonly number[])[]): Maxima {
  const blocks = values[0]?.length ?? 0;
  const startedAt = Float64Array.from({ length: blocks }, (_, i) => i * hourMs);
  return { channels: values.length, blocks, startedAt, of: (channel) => Float32Array.from(values[channel] ?? []) };
}

const channel = (area: string, detector = 'range'): JointChannel => ({
  detector,
  key: area,
  area,
  threshold: { begin: 1, end: 0.5 },
  scale: 0.5,
});
const channels = [channel('a'), channel('b')];
const plant = (allowed: number, provable = true): BudgetScope => ({ areas: undefined, allowed, provable });

const begins = (trials: readonly Maxima[], ...scopes: readonly BudgetScope[]) => {
  const kept = raiseForHoldouts(
    channels,
    trials.map((maxima) => ({ channels, maxima })),
    scopes,
  );
  return { begins: kept.channels.map(({ threshold }) => threshold.begin), alerts: kept.alerts };
};

it('thresholds stay if the holdout parts raise no more than allowed', () => {
  const trials = [maximaOf([0, 2, 0, 0], [0, 0, 0, 0]), maximaOf([0, 0, 0, 0], [0, 0, 0, 0.9])];
  expect(begins(trials, plant(1))).toEqual({ begins: [1, 1], alerts: [1] });
});

it('all thresholds become rarer together, by no more than necessary', () => {
  const { begins: raised, alerts } = begins([maximaOf([0, 1.4, 0, 2], [0, 0, 0, 0])], plant(1));
  expect(alerts).toEqual([1]);
  expect(raised[0]).toBeGreaterThan(1.4);
  expect(raised[0]).toBeLessThanOrEqual(1.5);
  expect(raised[1]).toBe(raised[0]);
});

it('if no factor is enough, the alerts beyond the rarest thresholds cost no sensitivity', () => {
  const strange = maximaOf([0, 50, 0, 50, 0, 50, 0, 1.4], [0, 0, 0, 0, 0, 0, 0, 0]);
  expect(begins([strange], plant(1))).toEqual({ begins: [1, 1], alerts: [4] });
});

it('if no factor is enough, the other alerts keep the budget', () => {
  const strange = maximaOf([0, 50, 0, 1.4, 0, 50, 0, 1.2, 0, 1.3], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const { begins: raised, alerts } = begins([strange], plant(1));
  expect(alerts).toEqual([3]);
  expect(raised[0]).toBeGreaterThan(1.3);
  expect(raised[0]).toBeLessThanOrEqual(1.4);
});

it('if no factor is enough and the data could not prove the budget, they rise as far as it helps', () => {
  const strange = maximaOf([0, 50, 0, 50, 0, 50, 0, 1.4], [0, 0, 0, 0, 0, 0, 0, 0]);
  const { begins: raised, alerts } = begins([strange], plant(1, false));
  expect(alerts).toEqual([3]);
  expect(raised[0]).toBeGreaterThan(1.4);
  expect(raised[0]).toBeLessThanOrEqual(1.5);
});

it('a position raises only the thresholds of its own areas', () => {
  const trials = [maximaOf([0, 1.4, 0, 2], [1.2, 0, 1.2, 0])];
  const { begins: raised, alerts } = begins(trials, plant(9), { areas: ['a'], allowed: 1, provable: true });
  expect(alerts).toEqual([3, 1]);
  expect(raised[0]).toBeGreaterThan(1.4);
  expect(raised[1]).toBe(1);
});

it('a channel rises along its own tail, so that one with large surprises does not reduce the sensitivity of others', () => {
  const two: readonly JointChannel[] = [channel('a'), { ...channel('b'), scale: 0.01 }];
  const maxima = maximaOf([0, 1.9, 0, 1.9], [0, 0, 0, 0]);
  const { channels: kept } = raiseForHoldouts(two, [{ channels: two, maxima }], [plant(0)]);
  expect(kept[0]?.threshold.begin).toBeGreaterThan(1.9);
  expect(kept[1]?.threshold.begin).toBeLessThan(1.05);
});

it('a detector that raises no alert on the holdout parts keeps its thresholds', () => {
  const two: readonly JointChannel[] = [channel('a'), channel('b', 'balance')];
  const maxima = maximaOf([0, 1.4, 0, 1.9], [0, 0.9, 0, 0]);
  const { channels: kept, alerts } = raiseForHoldouts(two, [{ channels: two, maxima }], [plant(0)]);
  expect(alerts).toEqual([0]);
  expect(kept[0]?.threshold.begin).toBeGreaterThan(1.9);
  expect(kept[1]?.threshold.begin).toBe(1);
});

it('a detector returns only as far as no alert comes back', () => {
  const two: readonly JointChannel[] = [channel('a'), channel('b', 'balance')];
  const maxima = maximaOf([0, 0, 0, 1.9], [0, 1.2, 0, 0]);
  const { channels: kept, alerts } = raiseForHoldouts(two, [{ channels: two, maxima }], [plant(0)]);
  expect(alerts).toEqual([0]);
  expect(kept[1]?.threshold.begin).toBeGreaterThan(1.2);
  expect(kept[1]?.threshold.begin).toBeLessThanOrEqual(1.25);
});
