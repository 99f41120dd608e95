import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import {
  called,
  compared,
  explainTag,
  measure,
  normalRange,
  stateWord,
  techniquesOfChange,
} from '../../src/detector-kit/words.ts';
import type { NormalCount } from './count-per-sum.ts';
import type { Pair, SumWindow } from './summed.ts';

export type Cause = 'fell' | 'fast' | 'pace';

/** The present counting rate of a counter and its learned extremes, per second. */
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

/** Explains the last count. */
export function explainCause(cause: Cause | 'none', counting: Counting): Explanation {
  const { tag, value, before, step, slope, mostStep, fastest, slowest, windowMs } = counting;
  const sudden = mostStep === 0 || step / mostStep >= slope / fastest;
  const overMs = sudden ? tag.scanMs : windowMs;
  const over = (rates: readonly [number, number, number], ms: number): [string, string, string] =>
    compared(tag, ...(rates.map((rate) => (rate * ms) / 1_000) as [number, number, number]));
  const [counted, most] = over(sudden ? [step, mostStep, mostStep] : [slope, fastest, fastest], overMs);
  const [pace, least, fast] = over([slope, slowest, fastest], windowMs);
  const texts = {
    none: {
      does: `counts as usual and is ${measure(value, tag)}`,
      normal: '',
      headline: 'counts as usual',
      normalIf: 'it counted as usual',
      techniques: [],
    },
    fell: {
      does: `fell from ${measure(before, tag)} to ${measure(value, tag)}`,
      normal: 'Normal: it falls only after a reset or a restart of its device',
      headline: `fell to ${measure(value, tag)}`,
      normalIf: 'it continued from its last value',
      techniques: ['T0816', 'T1692.002'],
    },
    fast: {
      does: mostStep === 0 ? `rose by ${counted}` : `rose by ${counted} within ${formatDuration(overMs)}`,
      normal: mostStep === 0 ? 'Normal: it does not rise' : `Normal: at most ${most} within ${formatDuration(overMs)}`,
      headline: mostStep === 0 ? 'rises for the first time' : 'rises too fast',
      normalIf: mostStep === 0 ? 'it did not rise' : `it rose by less than ${most} within ${formatDuration(overMs)}`,
      techniques: techniquesOfChange(tag),
    },
    pace: {
      does: `rose by ${pace} within ${formatDuration(windowMs)}`,
      normal: normalRange(least, fast, tag.unit),
      headline: slope < slowest ? 'rises too slowly' : 'rises too fast',
      normalIf: `it rose by between ${least} and ${fast} within ${formatDuration(windowMs)}`,
      techniques: ['T0814', 'T1692.002'],
    },
  }[cause];
  return explainTag({ tag, ...texts, measured: value, expected: Number.NaN });
}

/** Explains a count that does not match its measurement. One of both is false, but not which: each gets half of the contributions. */
export function explainSum({ counter, measured }: Pair, { counted, sum, overMs }: SumWindow, normal: NormalCount): Explanation {
  const { middle, factor } = normal;
  const [rose, least, most] = compared(counter, counted, (middle * sum) / factor, middle * sum * factor);
  const low = counted < middle * sum;
  const mean = (1_000 * sum) / overMs;
  const fitting = (1_000 * counted) / (middle * overMs);
  const isContact = measured.kind === 'discrete';
  // the mean of a contact is the share of time in which it is closed
  const was = (value: number): string =>
    isContact
      ? `${stateWord(measured, 1)} for ${formatDuration(Math.min(1, value) * overMs)}`
      : `${measure(value, measured)} on average`;
  const one = explainTag({
    tag: counter,
    does: `rose by ${rose} within ${formatDuration(overMs)} while ${called(measured)} was ${was(mean)}`,
    normal: `Normal for it: ${least} to ${most}`,
    headline: `does not match ${measured.name}`,
    measured: counted,
    expected: middle * sum,
    of: 'count',
    normalIf: `it rose by between ${least} and ${most}, or ${called(measured)} had been ${was(fitting)}`,
    techniques: ['T1692.002'],
  });
  const [own] = one.contributions;
  const other = { tag: measured.name, share: low ? 0.5 : -0.5, unit: measured.unit, measured: mean, expected: fitting };
  return own === undefined ? one : { ...one, contributions: [{ ...own, share: low ? -0.5 : 0.5 }, other] };
}
