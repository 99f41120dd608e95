import { expect, test } from 'vitest';
import { SkewWatch } from './skew-watch.ts';

test('a device ahead of the monitor is reported at once, again after a large change, and when it agrees again', () => {
  const watch = new SkewWatch();
  expect(watch.take(90_000, 0)).toBe(90_000);
  expect(watch.take(90_100, 30_000)).toBeUndefined();
  expect(watch.take(90_100, 60_000)).toBeUndefined();
  expect(watch.take(200_000, 90_000)).toBeUndefined();
  expect(watch.take(200_000, 120_000)).toBe(200_000);
  expect(watch.take(-40, 180_000)).toBe(0);
});

test('the reported clock of a device is checked in both directions, until it agrees again', () => {
  const watch = new SkewWatch();
  expect(watch.takeOffset(-300)).toBeUndefined();
  expect(watch.takeOffset(-3_600_000)).toBe(-3_600_000);
  expect(watch.takeOffset(-3_600_200)).toBeUndefined();
  for (let now = 0; now < 200_000; now += 10_000) expect(watch.take(-3_600_000, now)).toBeUndefined();
  expect(watch.takeOffset(20)).toBe(0);
  expect(watch.takeOffset(60_000)).toBe(60_000);
  expect(watch.takeOffset(0)).toBe(0);
});

test('samples from the future take precedence over the clock that the device reports', () => {
  const watch = new SkewWatch();
  expect(watch.take(90_000, 0)).toBe(90_000);
  expect(watch.takeOffset(10)).toBeUndefined();
  expect(watch.take(90_000, 60_000)).toBeUndefined();
  expect(watch.take(-10, 120_000)).toBe(0);
});

test('old samples of a device with the correct time are not reported', () => {
  const watch = new SkewWatch();
  for (let now = 0; now < 1_000_000; now += 10_000) expect(watch.take(now % 20_000 === 0 ? -900_000 : -50, now)).toBeUndefined();
});
