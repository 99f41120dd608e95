import type { Explanation } from '../../src/core/finding.ts';

const number = String.raw`(−?\d+(?:\.\d+)?(?:e[-−+]?\d+)?)`;
const numberOf = (text: string): number => Number(text.replaceAll('−', '-'));

/**
 * The sentence of a finding whose figures do not show what is unusual: each value of the first sentence lies within the normal values of
 * the second one. Undefined if they show it, or if the sentence has no such figures.
 */
export function contradictionOf({ sentence, contributions }: Explanation): string | undefined {
  const [what = '', normal = ''] = sentence.split(/ (?=Normal\b)/);
  const unit = contributions[0]?.unit ?? '';
  // numbers without the unit are durations, counts and names
  const measured = new RegExp(`${number}${unit === '' ? '' : ` ${unit.replaceAll(/\W/g, String.raw`\$&`)}`}(?![\\w%/])`, 'g');
  const valuesIn = (text: string): number[] => [...text.matchAll(measured)].map(([, value = '']) => numberOf(value));
  const values = valuesIn(what);
  const [first, last = first] = valuesIn(normal.replace(new RegExp(`${number} to `), `$1 ${unit} to `));
  if (unit === '' || values.length === 0 || first === undefined || last === undefined) return undefined;
  const low = /at most|below/.test(normal) ? Number.NEGATIVE_INFINITY : first;
  const high = /at least|above/.test(normal) ? Number.POSITIVE_INFINITY : last;
  const isBelow = /below \S+ \S+\.$/.test(normal);
  if (normal.includes('not between')) return values.some((value) => value > first && value < last) ? undefined : sentence;
  const shows = values.some((value) => value < low || value > high || (isBelow && value === high));
  return shows ? undefined : sentence;
}
