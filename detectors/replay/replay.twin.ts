import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

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

/** Pairs of equal sequences with enough distinct values; each pair is compared. */
export function pairsOf(values: readonly number[], length: number): number {
  let pairs = 0;
  for (let a = 0; a + length <= values.length; a++) {
    const different = new Set(values.slice(a, a + length)).size;
    if (different < Math.max(3, (length + 1) / 2)) continue;
    for (let b = a + 1; b + length <= values.length; b++) if (equal(values, a, b, length)) pairs++;
  }
  return pairs;
}

/** Length of the longest sequence that ends with each change and equals one that ended before it began. */
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

/** ln of the larger share of pairs among the last values, or steps, that continue alike; NaN if no two are equal. Each pair is compared. */
function equalNextAt(all: readonly number[], end: number): number {
  const latest = all.slice(Math.max(0, end - 63), end + 1);
  const most = Math.max(...latest.filter((value) => !Number.isNaN(value)).map(Math.abs));
  const steps = latest.slice(1).map((value, i) => Math.round((value - (latest[i] ?? 0)) / (1e-6 * most)));
  const shares = [latest, steps].map((numbers) => {
    let [equal, alike] = [0, 0];
    for (let a = 0; a + 1 < numbers.length; a++) {
      for (let b = a + 1; b + 1 < numbers.length; b++) {
        if (numbers[a] !== numbers[b] || [a + 1, b + 1].some((at) => Number.isNaN(numbers[at]))) continue;
        equal++;
        if (numbers[a + 1] === numbers[b + 1]) alike++;
      }
    }
    return alike / equal;
  });
  const known = shares.filter((share) => !Number.isNaN(share));
  return known.length === 0 ? Number.NaN : Math.log(Math.max(...known));
}

export interface TwinConfig {
  /** Stored changes. */
  readonly memory: number;
  readonly longest: number;
  readonly minDistinct: number;
}

/**
 * Surprise of a match by its length, from the chance of the learned changes, and the shortest match with a surprise; undefined if
 * nothing is judged.
 */
export function lawOf(learned: readonly Sample[], { memory, longest, minDistinct }: TwinConfig) {
  const values = changesOf(learned).map(({ value }) => value);
  const all = (values.length * (values.length - 1)) / 2;
  const counts = Array.from({ length: longest - 2 }, (_, i) => ({ length: i + 3, pairs: pairsOf(values, i + 3) }));
  if (new Set(values).size < minDistinct || all === 0 || (counts.at(-1)?.pairs ?? 0) > 0) return undefined;
  const seen = counts.filter(({ pairs }) => pairs > 0);
  const [first, last] = [seen[0], seen.at(-1)];
  const fall =
    first === undefined || last === undefined ? Number.NaN : Math.log(last.pairs / first.pairs) / (last.length - first.length);
  const decay = Number.isFinite(fall) ? Math.min(Math.log(0.8), Math.max(Math.log(0.1), fall)) : Math.log(0.3);
  const from = last?.length ?? 2;
  const expected = (length: number): number => Math.log((memory * (last?.pairs ?? 1)) / all) + (length - from) * decay;
  const presentOf = (length: number, equal: number): number =>
    Number.isNaN(equal) ? Number.NEGATIVE_INFINITY : Math.log(memory) + (length - 1) * equal;
  let least = from + 1;
  while (expected(least) > Math.log(1e-9) + 1e-12) least++;
  if (least > longest) return undefined;
  return {
    least,
    surprise: (length: number, equalSteps: number) =>
      length < least ? 0 : twinGrade(Math.max(0, Math.max(expected(length), presentOf(length, equalSteps)) / Math.log(1e-9))),
  };
}

/**
 * Bounds of the surprise of each sample. The upper one is that of the longest match. The lower one omits twice the shortest
 * match, because a sequence that has lost its slot in the table is found a little later.
 */
export function bounds(law: NonNullable<ReturnType<typeof lawOf>>, scored: readonly Sample[]) {
  const changes = changesOf(scored);
  const values = changes.map(({ value }) => value);
  const matches = longestMatches(values);
  return stretches(scored)
    .flat()
    .map(({ time }) => {
      const at = changes.findLastIndex((change) => change.time <= time);
      const match = matches[at] ?? 0;
      if (match < law.least) return { time, least: 0, most: 0 };
      const steps = equalNextAt(values, at);
      const least = match < 3 * law.least ? 0 : law.surprise(match - 2 * law.least, steps);
      return { time, least, most: law.surprise(match, steps) };
    });
}
