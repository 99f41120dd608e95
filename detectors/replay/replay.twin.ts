import { type Sample, stretches } from '../../test/support/detectors.ts';

/** Changes of value with the time of each; NaN between stretches. */
export function changesOf(samples: readonly Sample[]): { time: number; value: number }[] {
  return stretches(samples).flatMap((stretch, part) => {
    const changes = stretch.filter(({ value }, i) => i === 0 || stretch[i - 1]?.value !== value);
    return part === 0 ? changes : [{ time: stretch[0]?.time ?? 0, value: Number.NaN }, ...changes];
  });
}

const equal = (values: readonly number[], a: number, b: number, length: number): boolean => {
  for (let k = 0; k < length; k++) if (values[a + k] !== values[b + k]) return false;
  return true;
};

/** Pairs of equal stretches with enough different values, each pair compared. */
export function pairsOf(values: readonly number[], length: number): number {
  let pairs = 0;
  for (let a = 0; a + length <= values.length; a++) {
    const different = new Set(values.slice(a, a + length)).size;
    if (different < Math.max(3, (length + 1) / 2)) continue;
    for (let b = a + 1; b + length <= values.length; b++) if (equal(values, a, b, length)) pairs++;
  }
  return pairs;
}

/** After each change: the longest stretch that ends with it and is equal to one that ended before it began. */
export function longestMatches(values: readonly number[]): number[] {
  return values.map((_, end) => {
    let longest = 0;
    for (let past = 0; past < end; past++) {
      let length = 0;
      while (past - length >= 0 && end - length > past && values[past - length] === values[end - length]) length++;
      longest = Math.max(longest, length);
    }
    return longest;
  });
}
