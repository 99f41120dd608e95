import { Random } from '../../../src/core/random.ts';
import type { Change, Victim } from './fault.ts';

const hourMs = 3_600_000;

const span = ({ tag: { range } }: Victim): number => (range === undefined ? 1 : range.high - range.low);
export const valueAt = ({ samples }: Victim, index: number): number => samples[index]?.value ?? Number.NaN;
/** As the transmitter would round it: a fault that is not a forgery keeps its steps. */
export const rounded = (value: number, step: number): number => (step > 0 ? Math.round(value / step) * step : value);
/** Of its last genuine sample. */
const onsetIndex = ({ tag }: Victim, index: number, sinceMs: number): number => index - Math.floor(sinceMs / tag.scanMs);

export function drift(sharePerHour: number): Change {
  return (victim, index, sinceMs) =>
    rounded(valueAt(victim, index) + (sharePerHour * span(victim) * sinceMs) / hourMs, victim.step);
}

export function hunting(share: number, periodScans: number): Change {
  return (victim, index, sinceMs) => {
    const phase = (2 * Math.PI * sinceMs) / (periodScans * victim.tag.scanMs);
    return rounded(valueAt(victim, index) + share * span(victim) * Math.sin(phase), victim.step);
  };
}

/** The last sample that is at least `ms` older. */
export function earlier(ms: number): Change {
  return ({ samples }, index) => {
    const until = (samples[index]?.time ?? Number.NaN) - ms;
    let low = 0;
    let high = index;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((samples[middle]?.time ?? Number.NaN) <= until) low = middle;
      else high = middle - 1;
    }
    return samples[low]?.value;
  };
}

/** Value at the onset. */
export const held = (victim: Victim, index: number, sinceMs: number): number =>
  valueAt(victim, onsetIndex(victim, index, sinceMs));

/** Small, and never a multiple of a step. */
export const dither = (index: number): number => Math.sin(index * 12.9898);

/** A zero that is set wrongly, or moved. */
export function shifted(share: number): Change {
  return (victim, index) => rounded(valueAt(victim, index) + share * span(victim), victim.step);
}

/** Noise of another source is added until the standard deviation is so many times its own. */
export function noisier(times: number): Change {
  const added = Math.sqrt(times ** 2 - 1);
  return (victim, index) => {
    const drawn = new Random(index).fork(victim.tag.name).normal();
    return rounded(valueAt(victim, index) + added * victim.noise * drawn, victim.step);
  };
}

/** Older samples are left out once their weight, with a share `a` for each sample, is below this. */
const negligible = 0.01;

/**
 * A lag of first order, from the onset on, that leaves so large a share of the standard deviation of white noise: an exponential
 * average of weight a leaves √(a / (2 − a)).
 */
export function damped(share: number): Change {
  const weight = (2 * share ** 2) / (1 + share ** 2);
  const reach = Math.ceil(Math.log(negligible) / Math.log(1 - weight));
  return (victim, index, sinceMs) => {
    const from = Math.max(onsetIndex(victim, index, sinceMs), index - reach);
    let value = valueAt(victim, from);
    for (let i = from + 1; i <= index; i++) value += weight * (valueAt(victim, i) - value);
    return rounded(value, victim.step);
  };
}

/** Faulty for this long in each hour, when it is the tag's turn; correct otherwise. */
export function hourly(forMs: (victim: Victim) => number, change: Change): Change {
  return (victim, index, sinceMs) => {
    const into = (sinceMs + (1 - victim.turn) * hourMs) % hourMs;
    return sinceMs >= victim.turn * hourMs && into < forMs(victim) ? change(victim, index, into) : valueAt(victim, index);
  };
}

/** One sample of each hour is off, up and down in turn. */
export function hourlySpike(height: (victim: Victim) => number): Change {
  return hourly(oneScan, (victim, index) =>
    rounded(valueAt(victim, index) + (index % 2 === 0 ? 1 : -1) * height(victim), victim.step),
  );
}

export const oneScan = ({ tag }: Victim): number => tag.scanMs;
export const ofRange =
  (share: number) =>
  (victim: Victim): number =>
    share * span(victim);
export const ofNoise =
  (times: number) =>
  ({ noise }: Victim): number =>
    times * noise;

/** The other one of two states. */
export const other: Change = (victim, index) => 1 - valueAt(victim, index);
/** From scan to scan another one of two states. */
export const bouncing: Change = (_, index) => index % 2;
