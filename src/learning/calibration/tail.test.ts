import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { fitTail, fitTails } from './tail.ts';

/** Maxima with an exponential tail. */
const exponential = (random: Random, scale: number): Float32Array =>
  Float32Array.from({ length: 200 }, () => 1 - scale * Math.log(1 - random.next()));

const scalesOf = (fitted: readonly { readonly scale: number }[]): number[] => fitted.map(({ scale }) => scale);
/** Highest divided by lowest. */
const spreadOf = (scales: readonly number[]): number => Math.max(...scales) / Math.min(...scales);

test('tails of channels that differ only by chance have nearly one scale, without most of the margin for chance', () => {
  const random = new Random(1);
  const maxima = Array.from({ length: 200 }, () => exponential(random, 0.2));
  const [alone, together] = [scalesOf(maxima.map((one) => fitTail(one))), scalesOf(fitTails(maxima))];
  expect(spreadOf(alone)).toBeGreaterThan(4);
  expect(spreadOf(together)).toBeLessThan(1.5);
  for (const scale of together) expect(scale).toBeGreaterThan(0.15);
  expect(Math.max(...together)).toBeLessThan(0.35);
});

test('tails of channels that differ by more than chance keep their scales', () => {
  const random = new Random(2);
  const maxima = Array.from({ length: 60 }, (_, i) => exponential(random, 0.01 * 1.15 ** i));
  const alone = scalesOf(maxima.map((one) => fitTail(one)));
  scalesOf(fitTails(maxima)).forEach((scale, i) => {
    const ratio = scale / (alone[i] as number);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });
});

test('three channels, silent ones and those without an excess keep the tails that they have alone', () => {
  const random = new Random(3);
  const three = Array.from({ length: 3 }, () => exponential(random, 0.2));
  expect(fitTails(three)).toEqual(three.map((one) => fitTail(one)));
  const others = [new Float32Array(200), new Float32Array(200).fill(1), new Float32Array(0)];
  const among = fitTails([...others, ...Array.from({ length: 20 }, () => exponential(random, 0.2))]);
  expect(among.slice(0, 3)).toEqual(others.map((one) => fitTail(one)));
});
