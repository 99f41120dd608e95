import { expect, it } from 'vitest';
import { BatchBuilder } from '../../../src/core/batch.ts';
import { type DeviceStateEvent, type DeviceHealthEvent, observeBatch, observeEvent } from '../../../src/core/observation.ts';
import { Quality } from '../../../src/core/quality.ts';
import { Accounts, type AccountsTag } from './accounts.ts';

it('counts a tag that was never heard of as silent, and a device that never came up as away', () => {
  const tags: AccountsTag[] = [
    { device: 'd0', register: 0, from: 'request' },
    { device: 'd0', register: 1, from: 'request' },
    { device: 'd1', register: 0, from: { mostAgeS: 4 } },
  ];
  const accounts = new Accounts(tags, 1_000);
  accounts.take(observeEvent({ type: 'device', time: 0, device: 'd0', state: 'up', reason: '' }));
  const batch = new BatchBuilder('d0', 1);
  batch.add(0, 9, Quality.Good, 9_000, 9_000);
  accounts.take(observeBatch(batch.publish()));
  expect(accounts.report(10_000)).toMatchObject({ good: 1, wrong: 0, silent: 1, away: 1 });
});

it('counts values of the future, and those that are older than the tag may have, as wrong', () => {
  const wrongOf = (value: number, from: AccountsTag['from'], sourceTime = 9_000): number => {
    const accounts = new Accounts([{ device: 'd0', register: 7, from }], 1_000);
    const batch = new BatchBuilder('d0', 1);
    batch.add(0, value + 7, Quality.Good, sourceTime, 9_000);
    accounts.take(observeBatch(batch.publish()));
    return accounts.report(9_000).wrong;
  };
  expect([9, 7, 5, 4, 10].map((value) => wrongOf(value, { mostAgeS: 4 }))).toEqual([0, 0, 0, 1, 1]);
  // asked at once, and 3.5 s before the reply was received
  expect([9, 8, 10].map((value) => wrongOf(value, 'request'))).toEqual([0, 1, 1]);
  expect([9, 5, 4, 10].map((value) => wrongOf(value, 'request', 7_250))).toEqual([0, 0, 1, 1]);
});

const byServer = { mostAgeS: 2 };

const health: DeviceHealthEvent = {
  type: 'device-health',
  time: 10_000,
  device: 'd0',
  intervalMs: 10_000,
  requests: 1,
  errors: 0,
  bytes: 0,
  latencyMs: 1,
  latencyMaxMs: 1,
  ageMs: 0,
  budgetUsed: 0,
};

it('tells pauses and ages by the time that the device gives, where it gives one: what comes late is not missing', () => {
  const report = (from: AccountsTag['from'], quality: number, ...sourceTimes: number[]) => {
    const accounts = new Accounts([{ device: 'd0', register: 0, from }], 1_000);
    for (const time of sourceTimes) {
      const batch = new BatchBuilder('d0', 1);
      // all but the first are received together, late
      batch.add(0, Math.floor(time / 1000), quality, time, time === sourceTimes[0] ? time : 9_000);
      accounts.take(observeBatch(batch.publish()));
    }
    accounts.take(observeEvent(health));
    const { gaps, unaccounted, wrong } = accounts.report(9_000);
    return [gaps, unaccounted, wrong];
  };
  expect(report('request', Quality.Good, 1_000, 2_000, 3_000, 4_000, 5_000)).toEqual([1, 1, 0]);
  expect(report(byServer, Quality.Good, 1_000, 2_000, 3_000, 4_000, 5_000)).toEqual([0, 0, 0]);
  expect(report(byServer, Quality.Good, 1_000, 5_000)).toEqual([1, 1, 0]);
  // the server says that its queue was too short
  expect(report(byServer, 0x0480, 1_000, 5_000)).toEqual([1, 0, 0]);
});

it('lets a health event account for a pause by polls that were left out, unless the connection has ended before it', () => {
  const unaccounted = (...events: (DeviceHealthEvent | DeviceStateEvent)[]): number => {
    const accounts = new Accounts([{ device: 'd0', register: 0, from: 'request' }], 1_000);
    for (const time of [1_000, 5_000]) {
      const batch = new BatchBuilder('d0', 1);
      batch.add(0, time / 1_000, Quality.Good, time, time);
      accounts.take(observeBatch(batch.publish()));
    }
    for (const event of events) accounts.take(observeEvent(event));
    return accounts.report(10_000).unaccounted;
  };
  const down: DeviceStateEvent = { type: 'device', time: 6_000, device: 'd0', state: 'down', reason: '' };
  expect([unaccounted(health), unaccounted({ ...health, skipped: 3 }), unaccounted(down, health)]).toEqual([1, 0, 0]);
});

it('lets a stretched schedule account for a pause, also for the last one, but not for later ones', () => {
  const slowed: DeviceHealthEvent = { ...health, time: 2_000, intervalMs: 0, stretch: 4 };
  const unaccounted = (...steps: (number | DeviceHealthEvent)[]): number => {
    const accounts = new Accounts([{ device: 'd0', register: 0, from: 'request' }], 1_000);
    for (const step of steps) {
      if (typeof step !== 'number') {
        accounts.take(observeEvent(step));
        continue;
      }
      const batch = new BatchBuilder('d0', 1);
      batch.add(0, step / 1_000, Quality.Good, step, step);
      accounts.take(observeBatch(batch.publish()));
    }
    return accounts.report(10_000).unaccounted;
  };
  const usual: DeviceHealthEvent = { ...slowed, time: 6_000, stretch: 1 };
  expect(unaccounted(1_000, slowed, 5_000, health)).toBe(0);
  expect(unaccounted(1_000, slowed, 5_000, usual, 9_000, health)).toBe(0);
  expect(unaccounted(1_000, slowed, 5_000, { ...usual, time: 5_000 }, 6_000, 10_000, health)).toBe(1);
  // the polls that were left out are counted by the next report, not by the event about the stretch
  expect(unaccounted(1_000, 5_000, slowed, { ...health, skipped: 3 })).toBe(0);
  expect(unaccounted(1_000, 5_000, slowed, health)).toBe(1);
});
