import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

interface StayMemory {
  readonly value: number;
  readonly ms: number;
}

/** Every stay of a stretch: its value and duration, up to the change or to the last sample. */
export function staysOf(samples: readonly Sample[]): StayMemory[] {
  return stretches(samples).flatMap((stretch) => {
    const all: StayMemory[] = [];
    let since = 0;
    stretch.forEach(({ time, value }, i) => {
      const begin = stretch[since];
      if (begin === undefined) return;
      const next = stretch[i + 1];
      if (next !== undefined && next.value === value) return;
      all.push({ value, ms: (next?.time ?? time) - begin.time });
      since = i + 1;
    });
    return all;
  });
}

/** The longest stay at each value, in decreasing order of duration. */
export function longestByValue(all: readonly StayMemory[]): StayMemory[] {
  const byValue = new Map<number, number>();
  for (const { value, ms } of all) byValue.set(value, Math.max(ms, byValue.get(value) ?? 0));
  return [...byValue].map(([value, ms]) => ({ value, ms })).toSorted((a, b) => b.ms - a.ms);
}

/** Duration of the value at each sample, ms. */
export function durationsOf(samples: readonly Sample[]): { time: number; value: number; ms: number }[] {
  return stretches(samples).flatMap((stretch) =>
    stretch.map(({ time, value }, i) => {
      let first = i;
      while (first > 0 && stretch[first - 1]?.value === value) first--;
      return { time, value, ms: time - (stretch[first]?.time ?? time) };
    }),
  );
}

/**
 * Surprises at the values with the longest stays up to that time, and at values without any. Neither requires a history of
 * visits.
 */
export function twin(learned: readonly Sample[], scored: readonly Sample[]): { time: number; surprise: number }[] {
  const longest = longestByValue(staysOf(learned));
  const sixth = longest[5]?.ms ?? longest[0]?.ms ?? 0;
  return durationsOf(scored).map(({ time, value, ms }) => {
    const own = longest.find((one) => one.value === value);
    const bound = own !== undefined && own.ms > sixth ? own.ms : Number.NaN;
    const atEnd = value <= 0 || value >= 5;
    if (own !== undefined && ms > bound + 1_000) return { time, surprise: Number.NaN };
    return { time, surprise: atEnd ? 0 : twinGrade(ms / (Math.max(bound, 1_000) + 1_000)) };
  });
}
