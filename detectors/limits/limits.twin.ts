import type { Sample } from '../../test/support/detectors.ts';

/**
 * Limits 0.5, 1, 4, 4.5 over a range of 5. The side of a violation follows from the last sample beyond the limit or inside of its
 * dead band.
 */
export function twin(samples: readonly Sample[]): { time: number; surprise: number }[] {
  const side = (upTo: number, inner: number, outer: number, sign: 1 | -1): number => {
    const beyond = samples.slice(0, upTo + 1).map(({ value }) => (sign * (value - inner)) / 5);
    const decisive = beyond.findLast((one) => one >= 0 || one < -0.02) ?? -1;
    const now = beyond[upTo] ?? 0;
    const score = Math.max(decisive >= 0 ? 1 : 0, 1 + now / 0.1);
    return sign * ((samples[upTo]?.value ?? 0) - outer) >= 0 ? Math.max(2, score) : score;
  };
  return samples.map(({ time }, i) => ({ time, surprise: Math.min(1e6, Math.max(side(i, 4, 4.5, 1), side(i, 1, 0.5, -1))) }));
}
