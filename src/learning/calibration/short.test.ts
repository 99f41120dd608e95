import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { shortThreshold, timesTooShort } from './short.ts';

const drawn = (length: number, seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => -Math.log(1 - random.next()));
};

test('the threshold exceeds the observed values, more for a smaller share', () => {
  const maxima = drawn(400, 1);
  const often = shortThreshold(maxima, 0, 4, 0);
  const rarely = shortThreshold(maxima, 0, 0.01, 0);
  expect(often).toBeGreaterThanOrEqual(1.1 * Math.max(...maxima) - 1e-9);
  expect(rarely).toBeGreaterThan(often);
  expect(shortThreshold(maxima, 1_000, 4, 0)).toBeGreaterThan(1_000);
});

test('a slowly drifting channel has a threshold far above what it has shown', () => {
  const random = new Random(2);
  let level = 0;
  const wandering = Float32Array.from({ length: 400 }, () => Math.abs((level += random.normal())));
  const beyond = shortThreshold(wandering, 0, 4, 0) / Math.max(...wandering);
  expect(beyond).toBeGreaterThan(2 * (shortThreshold(drawn(400, 4), 0, 4, 0) / Math.max(...drawn(400, 4))));
  expect(beyond).toBeLessThan(Number.POSITIVE_INFINITY);
});

test('the more evidence on the budget there is, the less a threshold exceeds twice what a drifting channel has shown', () => {
  const random = new Random(5);
  let level = 0;
  const wandering = Float32Array.from({ length: 400 }, () => Math.abs((level += random.normal())));
  const [none = 0, some = 0, all = 0] = [0, 0.5, 1].map((evidence) => shortThreshold(wandering, 0, 0.01, evidence));
  expect(none).toBeGreaterThan(some);
  expect(some).toBeGreaterThan(all);
  expect(all).toBeGreaterThan(2 * Math.max(...wandering));
  const steady = [0, 1].map((evidence) => shortThreshold(drawn(400, 1), 0, 4, evidence));
  expect(steady[0]).toBe(steady[1]);
});

test('a channel that only rises has too few independent values', () => {
  const rising = Float32Array.from({ length: 400 }, (_, i) => i + 1);
  expect(shortThreshold(rising, 0, 4, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(timesTooShort(rising)).toBeGreaterThan(1);
  expect(timesTooShort(drawn(400, 4))).toBe(1);
});

test('a channel without surprises has no threshold of its own', () => {
  expect(shortThreshold(new Float32Array(400), 0, 4, 0)).toBe(0);
});

test('batches and the ticks after them are counted together', () => {
  const rows = drawn(150, 3);
  const silentTicks = Float32Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? (rows[i >> 1] as number) : 0));
  const twice = Float32Array.from({ length: 300 }, (_, i) => rows[i >> 1] as number);
  expect(shortThreshold(silentTicks, 0, 0.5, 0)).toBe(shortThreshold(twice, 0, 0.5, 0));
});
