import { expect, it } from 'vitest';
import { type Metric, Metrics } from './metrics.ts';

const polls: Metric = { type: 'counter', name: 'scadawatch_polls_total', help: 'Polls.', labels: ['device'] };
const depth: Metric = { type: 'gauge', name: 'scadawatch_depth', help: 'Depth.' };
const all = (metrics: Metrics) => [...metrics.read()].map(({ metric, samples }) => [metric.name, [...samples]]);

it('adds up counters by label, and keeps the last value of a gauge', () => {
  const metrics = new Metrics();
  metrics.add(polls, 0, { device: 'plc2' });
  metrics.add(polls, 2, { device: 'plc1' });
  metrics.add(polls, 3, { device: 'plc1' });
  metrics.set(depth, 7);
  metrics.set(depth, 4);
  expect(all(metrics)).toEqual([
    [
      polls.name,
      [
        { labels: { device: 'plc2' }, value: 0 },
        { labels: { device: 'plc1' }, value: 5 },
      ],
    ],
    [depth.name, [{ labels: {}, value: 4 }]],
  ]);
  expect([metrics.value(polls, { device: 'plc1' }), metrics.value(depth), metrics.value(polls, { device: 'x' })]).toEqual([
    5, 4, 0,
  ]);
});

it('reads an observed metric at each scrape', () => {
  const metrics = new Metrics();
  let value = 1;
  metrics.observe(depth, () => [{ value }]);
  expect(metrics.value(depth)).toBe(1);
  value = 2;
  expect(all(metrics)).toEqual([[depth.name, [{ value: 2 }]]]);
});

it('keeps the largest figure until it is taken', () => {
  const metrics = new Metrics();
  for (const figure of [3, 9, 4]) metrics.raise('late', figure);
  expect([metrics.take('late'), metrics.take('late')]).toEqual([9, 0]);
});
