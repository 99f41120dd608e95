import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const scanMs = 1_000;
const trustedRests = 4;
const [minSamples, minChanges] = [100, 20];

interface Stay {
  readonly value: number;
  readonly ms: number;
  /** False if the stretch ended with it. */
  readonly ended: boolean;
}

/** Every stay of a stretch: its value and duration, up to the change or to the last sample. */
export function staysOf(samples: readonly Sample[]): Stay[] {
  return stretches(samples).flatMap((stretch) => {
    const all: Stay[] = [];
    let since = 0;
    stretch.forEach(({ time, value }, i) => {
      const begin = stretch[since];
      if (begin === undefined) return;
      const next = stretch[i + 1];
      if (next !== undefined && next.value === value) return;
      all.push({ value, ms: (next?.time ?? time) - begin.time, ended: next !== undefined });
      since = i + 1;
    });
    return all;
  });
}

/** Duration of the value at each sample, ms. */
function durationsOf(samples: readonly Sample[]): { time: number; value: number; ms: number }[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.map(({ time, value }, i) => {
      let first = i;
      while (first > 0 && stretch[first - 1]?.value === value) first--;
      return { time, value, ms: time - (stretch[first]?.time ?? time) };
    }),
  );
}

/** The longest of some stays, and how many from the last one that doubled it on lasted half as long. */
function boundOf(stays: readonly Stay[]): { readonly ms: number; readonly times: number } {
  let bound = { ms: 0, times: 0 };
  for (const { ms } of stays) {
    const times = 2 * ms >= bound.ms ? (ms > 2 * bound.ms ? 0 : bound.times) + 1 : bound.times;
    bound = { ms: Math.max(ms, bound.ms), times };
  }
  return bound;
}

/** Surprises within a day, in which no bound ages: the time at a value against the longest one; an alarm begins at three times that. */
export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const stays = staysOf(learned);
  const count = stretches(learned).flat().length;
  if (count < minSamples || stays.filter(({ ended }) => ended).length < minChanges) return [];
  const [zero, other] = [boundOf(stays.filter(({ value }) => value === 0)), boundOf(stays.filter(({ value }) => value !== 0))];
  return durationsOf(scored).map(({ time, value, ms }) => {
    if (value <= 0 || value >= 5) return { time, surprise: 0 };
    const { ms: longest, times } = value === 0 && zero.ms > 0 ? zero : other;
    const ratio = ms / (Math.max(longest, scanMs) + scanMs);
    const n = Math.max(1, times);
    return { time, surprise: twinGrade(ratio > 1 ? ratio ** (n / (n + trustedRests)) : ratio) / (1 + Math.log(3)) };
  });
}
