import { expect, it } from 'vitest';
import { DroppedSamples } from './dropped-samples.ts';

it('is an alarm after 15 s of refused samples, and ends 15 s after the last one', () => {
  const dropped = new DroppedSamples();
  let count = 0;
  const alarms: number[] = [];
  for (let second = 0; second < 60; second++) {
    if (second >= 10 && second < 30) count++;
    if (dropped.check(count, 1_000 * second)) alarms.push(second);
  }
  expect([alarms[0], alarms.at(-1)]).toEqual([25, 43]);
});

it('is none for single refused samples', () => {
  const dropped = new DroppedSamples();
  for (let second = 0; second < 300; second++) expect(dropped.check(Math.floor(second / 10), 1_000 * second)).toBe(false);
});
