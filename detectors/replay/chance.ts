/** Probability that two sequences of normal operation are equal by chance: ln p(k) = logP + (k − length) · logDecay. */
export interface Chance {
  readonly length: number;
  readonly logP: number;
  readonly logDecay: number;
}

/** Minimum and maximum factor by which one more value may lower the chance; and the default without data. */
const decayRange = { least: 0.1, most: 0.8, unknown: 0.3 };

/** Number of distinct values that a sequence must contain, so that alternation between few values does not count. */
export const distinctNeeded = (length: number): number => Math.max(3, Math.ceil((length + 1) / 2));

/**
 * Counts the pairs of equal sequences, for lengths up to `longest`, and fits their decay. `NaN` separates the parts. Only
 * sequences that occur at least twice are extended to the next length. @returns undefined if chance matches are still found at
 * `longest`: the tag repeats itself
 */
export function fitChance(sequence: Float64Array, longest: number): Chance | undefined {
  const pairs = countPairs(sequence, longest);
  const all = (sequence.length * (sequence.length - 1)) / 2;
  if (all === 0 || (pairs[longest] ?? 0) > 0) return undefined;
  const lengths = pairs.flatMap((count, length) => (count > 0 ? [length] : []));
  const last = lengths.at(-1);
  const first = lengths[0];
  if (last === undefined || first === undefined) {
    return { length: 2, logP: Math.log(1 / all), logDecay: Math.log(decayRange.unknown) };
  }
  const fall = Math.log((pairs[last] as number) / (pairs[first] as number)) / (last - first);
  const logDecay = Number.isFinite(fall)
    ? Math.min(Math.log(decayRange.most), Math.max(Math.log(decayRange.least), fall))
    : Math.log(decayRange.unknown);
  return { length: last, logP: Math.log((pairs[last] as number) / all), logDecay };
}

/** Pairs of equal sequences by their length, from 3 up. */
export function countPairs(sequence: Float64Array, longest: number): number[] {
  const pairs: number[] = [];
  let groups: number[][] = [Array.from(sequence, (_, i) => i)];
  for (let length = 1; length <= longest && groups.length > 0; length++) {
    groups = groups.flatMap((starts) => split(sequence, starts, length - 1));
    if (length < 3) continue;
    pairs[length] = 0;
    for (const starts of groups) {
      if (distinct(sequence, starts[0] as number, length) < distinctNeeded(length)) continue;
      pairs[length] = (pairs[length] ?? 0) + (starts.length * (starts.length - 1)) / 2;
    }
  }
  return Array.from(pairs, (count) => count ?? 0);
}

/** Splits groups of sequences by the value at `offset`, and keeps the groups with more than one. */
function split(sequence: Float64Array, starts: readonly number[], offset: number): number[][] {
  const parts = new Map<number, number[]>();
  for (const start of starts) {
    const value = sequence[start + offset];
    if (value === undefined || Number.isNaN(value)) continue;
    const part = parts.get(value);
    if (part === undefined) parts.set(value, [start]);
    else part.push(start);
  }
  return [...parts.values()].filter(({ length }) => length > 1);
}

function distinct(sequence: Float64Array, start: number, length: number): number {
  return new Set(sequence.subarray(start, start + length)).size;
}

/** ln of the chance matches expected among `memory` stored sequences. */
export const logExpected = (chance: Chance, length: number, memory: number): number =>
  Math.log(memory) + chance.logP + (length - chance.length) * chance.logDecay;

/**
 * Length of the shortest sequence with fewer than e^`log` expected chance matches among `memory` ones, longer than any that
 * occurred twice in the calibration.
 */
export function neededLength(chance: Chance, memory: number, log: number): number {
  const more = Math.ceil((Math.log(memory) + chance.logP - log) / -chance.logDecay);
  return chance.length + Math.max(1, more);
}

/**
 * ln of the probability that two values are equal if those before them are, or two steps between values, whichever is larger; NaN if no two are. From the
 * latest values: an idle machine has few values, and a calculated one that moves slowly repeats its steps, whatever the calibration had.
 */
export function logEqualNext(latest: Float64Array): number {
  // values of 32 bits have steps that are equal up to their precision
  const grain = 1e-6 * latest.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value))), 0);
  const steps = latest.subarray(1).map((value, i) => Math.round((value - (latest[i] as number)) / grain));
  const shares = [continued(latest), continued(steps)].filter((share) => !Number.isNaN(share));
  return shares.length === 0 ? Number.NaN : Math.log(Math.max(...shares));
}

/** Share of the pairs of equal numbers that are followed by equal ones. `NaN` separates the parts. */
function continued(sequence: Float64Array): number {
  const first: number[] = [];
  const both: string[] = [];
  for (let i = 1; i < sequence.length; i++) {
    const [one, next] = [sequence[i - 1] as number, sequence[i] as number];
    if (Number.isNaN(one) || Number.isNaN(next)) continue;
    first.push(one);
    both.push(`${one} ${next}`);
  }
  return equalPairs(both) / equalPairs(first);
}

function equalPairs(values: readonly (number | string)[]): number {
  const counts = new Map<number | string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((pairs, count) => pairs + (count * (count - 1)) / 2, 0);
}
