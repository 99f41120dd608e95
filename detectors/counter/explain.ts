import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { compared, duration, explainTag, measure, techniquesOfChange } from '../../src/streaming/words.ts';

export type Cause = 'fell' | 'fast' | 'pace';

/** What the counter does and what it did at most and at least, per second. */
export interface Counting {
  readonly tag: Tag;
  readonly value: number;
  readonly before: number;
  readonly step: number;
  readonly slope: number;
  readonly mostStep: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly windowMs: number;
}

/** Says what was surprising about the last count. */
export function explainCause(cause: Cause | 'none', counting: Counting): Explanation {
  const { tag, value, before, step, slope, mostStep, fastest, slowest, windowMs } = counting;
  const sudden = mostStep === 0 || step / mostStep >= slope / fastest;
  const overMs = sudden ? tag.scanMs : windowMs;
  const over = (rates: readonly [number, number, number], ms: number): [string, string, string] =>
    compared(tag, ...(rates.map((rate) => (rate * ms) / 1_000) as [number, number, number]));
  const [counted, most] = over(sudden ? [step, mostStep, mostStep] : [slope, fastest, fastest], overMs);
  const [pace, least, fast] = over([slope, slowest, fastest], windowMs);
  const told = {
    none: {
      does: `counts as usual, ${measure(value, tag)} by now`,
      headline: 'counts as usual',
      normalIf: 'it counted as usual',
      techniques: [],
    },
    fell: {
      does: `fell from ${measure(before, tag)} to ${measure(value, tag)}; a counter only falls when it is reset or its device restarts`,
      headline: `fell to ${measure(value, tag)}`,
      normalIf: 'it went on from where it was',
      techniques: ['T0816', 'T1692.002'],
    },
    fast: {
      does:
        mostStep === 0
          ? `counted ${counted}; it never counted in normal running`
          : `counted ${counted} within ${duration(overMs)}; in normal running it counts at most ${most} in that time`,
      headline: mostStep === 0 ? 'counts: it never did before' : 'counts too fast',
      normalIf: mostStep === 0 ? 'it did not count' : `it counted less than ${most} within ${duration(overMs)}`,
      techniques: techniquesOfChange(tag),
    },
    pace: {
      does: `counted ${pace} within ${duration(windowMs)}; in normal running it counts between ${least} and ${fast} in that time`,
      headline: slope < slowest ? 'counts too slowly' : 'counts too fast',
      normalIf: `it counted between ${least} and ${fast} within ${duration(windowMs)}`,
      techniques: ['T0814', 'T1692.002'],
    },
  }[cause];
  return explainTag({ tag, ...told, measured: value, expected: Number.NaN });
}
