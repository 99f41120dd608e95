import { expect, it } from 'vitest';
import { BatchBuilder } from '../../../src/core/batch.ts';
import { observeBatch, observeEvent } from '../../../src/core/observation.ts';
import { Quality } from '../../../src/core/quality.ts';
import { Accounts } from './accounts.ts';

it('counts a tag that was never heard of as silent, and a device that never came up as away', () => {
  const tags = [
    { device: 'd0', register: 0, mostAgeS: 2 },
    { device: 'd0', register: 1, mostAgeS: 2 },
    { device: 'd1', register: 0, mostAgeS: 4 },
  ];
  const accounts = new Accounts(tags, 1_000);
  accounts.take(observeEvent({ type: 'device', time: 0, device: 'd0', state: 'up', reason: '' }));
  const batch = new BatchBuilder('d0', 1);
  batch.add(0, 9, Quality.Good, 9_000, 9_000);
  accounts.take(observeBatch(batch.publish()));
  expect(accounts.report(10_000)).toMatchObject({ good: 1, wrong: 0, silent: 1, away: 1 });
});

it('counts values of the future, and those that are older than the tag may have, as wrong', () => {
  const wrongOf = (value: number, mostAgeS: number): number => {
    const accounts = new Accounts([{ device: 'd0', register: 7, mostAgeS }], 1_000);
    const batch = new BatchBuilder('d0', 1);
    batch.add(0, value, Quality.Good, 9_000, 9_000);
    accounts.take(observeBatch(batch.publish()));
    return accounts.report(9_000).wrong;
  };
  expect([wrongOf(9 + 7, 2), wrongOf(7 + 7, 2), wrongOf(6 + 7, 2), wrongOf(6 + 7, 4), wrongOf(10 + 7, 4)]).toEqual([
    0, 0, 1, 0, 1,
  ]);
});
