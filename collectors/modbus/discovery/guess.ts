import { pairs, type Reading, type Run, singles, textAt, type WordOrder } from './readings.ts';

/**
 * Assumption about a device: makers use one word order, mostly one parity of addresses, and often single precision for all
 * measured values.
 */
interface Habit {
  readonly order: WordOrder;
  readonly parity: 0 | 1;
  readonly floats: boolean;
  /** Cost of the assumption in bits. */
  readonly rarity: number;
}

/** Cost in bits of the assumptions: swapped words, odd addresses, single precision throughout. */
const swapped = 2;
const odd = 2;
const throughout = 12;

const habits: readonly Habit[] = [false, true].flatMap((floats) =>
  ([0, 1] as const).flatMap((parity) =>
    (['ABCD', 'CDAB'] as const).map((order): Habit => {
      const rarity = (order === 'CDAB' ? swapped : 0) + parity * odd + (floats ? throughout : 0);
      return { order, parity, floats, rarity };
    }),
  ),
);

/** Cost in bits of a reading against the maker's habit, and gain of a single-precision number among others. */
const otherOrder = 12;
const otherParity = 1;
const oneOfMany = 5;

/** Readings of each run that together have the shortest description. */
export interface Guess {
  readonly order: WordOrder;
  readonly readings: ReadonlyMap<Run, readonly Reading[]>;
}

/**
 * Divides registers into values. For each possible habit of the device it finds the cheapest readings of each run by dynamic
 * programming (R. Bellman 1957). The habit with the shortest total description is chosen.
 */
export function guessReadings(runs: readonly Run[]): Guess {
  const all = runs.map((run) => ({ run, readings: readingsOf(run) }));
  let best: (Guess & { readonly bits: number }) | undefined;
  for (const habit of habits) {
    const paths = all.map(({ run, readings }) => ({ run, ...cheapest(run, readings, habit) }));
    const bits = paths.reduce((sum, path) => sum + path.bits, habit.rarity);
    if (best !== undefined && bits >= best.bits) continue;
    best = { order: habit.order, bits, readings: new Map(paths.map(({ run, path }) => [run, path])) };
  }
  return best ?? { order: 'ABCD', readings: new Map() };
}

/** All readings that begin at each offset of a run. */
function readingsOf(run: Run): (readonly Reading[])[] {
  const length = run.samples[0]?.length ?? 0;
  return Array.from({ length }, (_, at) => {
    const text = textAt(run, at);
    return [...singles(run, at), ...(at + 1 < length ? pairs(run, at) : []), ...(text === undefined ? [] : [text])];
  });
}

interface Path {
  readonly bits: number;
  readonly path: readonly Reading[];
}

function cheapest(run: Run, readings: readonly (readonly Reading[])[], habit: Habit): Path {
  /** From each offset to the end: length in bits, and first reading. */
  const rest: { readonly bits: number; readonly first: Reading | undefined }[] = [];
  rest[readings.length] = { bits: 0, first: undefined };
  for (let at = readings.length - 1; at >= 0; at--) {
    let best = { bits: Number.POSITIVE_INFINITY, first: undefined as Reading | undefined };
    for (const reading of readings[at] ?? []) {
      const bits = reading.bits + against(habit, run.start + at, reading) + (rest[at + reading.width]?.bits ?? 0);
      if (bits < best.bits) best = { bits, first: reading };
    }
    rest[at] = best;
  }
  const path: Reading[] = [];
  for (let at = 0; at < readings.length; ) {
    const first = rest[at]?.first;
    if (first === undefined) break;
    path.push(first);
    at += first.width;
  }
  return { bits: rest[0]?.bits ?? 0, path };
}

function against({ order, parity, floats }: Habit, address: number, reading: Reading): number {
  if (reading.order === undefined) return 0;
  const known = floats && reading.type === 'float32' ? oneOfMany : 0;
  return (reading.order === order ? 0 : otherOrder) + (address % 2 === parity ? 0 : otherParity) - known;
}
