import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const bins = 24;
const furthest = 2 ** 600;

interface Move {
  readonly from: number;
  readonly to: number;
}

/** Values of one pass in last digits, half a digit above their lower limit. */
const digitsOf = (value: number): number => Math.min(furthest, Math.max(-furthest, value * 1_000 + 0.5));

const movesOf = (stretch: readonly Sample[]): Move[] =>
  stretch.slice(1).map(({ value }, i) => ({ from: digitsOf(stretch[i]?.value ?? 0), to: digitsOf(value) }));

/** −ln of the chance of a new result: trials, and how many results had one of them. */
const newOf = (counts: readonly number[]): number => {
  const trials = counts.reduce((sum, count) => sum + count, 0);
  return Math.max(0, Math.log((trials + 1) / (counts.filter((count) => count === 1).length + 1)));
};

/** Smallest power of two in which the values span at most `bins` bins. */
function widthOf(values: readonly number[]): number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  let width = 1;
  while (Math.floor(most / width) - Math.floor(least / width) >= bins) width *= 2;
  return width;
}

export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  window: number,
): { time: number; surprise: number }[] {
  const moves = stretches(learned).flatMap(movesOf);
  if (moves.length === 0) return [];
  const values = moves.flatMap(({ from, to }) => [from, to]);
  const width = widthOf(values);
  const binOf = (value: number): number => Math.floor(value / width);
  const [low, high] = [binOf(Math.min(...values)), binOf(Math.max(...values))];
  const all = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const countOf = (a: number, b: number): number => moves.filter(({ from, to }) => binOf(from) === a && binOf(to) === b).length;
  const table = new Map(all.map((a) => [a, all.map((b) => countOf(a, b))]));
  const far = moves.filter(({ from, to }) => Math.abs(binOf(from) - binOf(to)) > 1).length;
  if (far <= moves.length / 500) return [];
  const visits = (bin: number): number => (table.get(bin) ?? []).reduce((sum, count) => sum + count, 0);
  const arrivals = all.map((b) => all.reduce((sum, a) => sum + (a === b ? 0 : (table.get(a)?.[b - low] ?? 0)), 0));

  const rarityOf = (a: number, b: number): number => {
    if (a < low || a > high || b < low || b > high) return 0;
    const row = table.get(a) ?? [];
    const seen = row[b - low] ?? 0;
    if (seen > 0) return Math.log(visits(a) / seen);
    return newOf(visits(b) === 0 ? arrivals : row);
  };
  /** Bins that a value may belong to. */
  const candidates = (value: number): number[] => {
    const bin = binOf(value);
    if (width === 1) return [bin];
    return [bin, binOf(value - width / 4), binOf(value + width / 4)].filter((one) => one === bin || (one >= low && one <= high));
  };
  const leastOf = ({ from, to }: Move): number => {
    const own = rarityOf(binOf(from), binOf(to));
    return Math.min(own, ...candidates(from).flatMap((a) => candidates(to).map((b) => rarityOf(a, b))));
  };
  const isNew = (value: number): boolean => candidates(value).every((bin) => bin < low || bin > high || visits(bin) === 0);
  const stays = all.reduce((sum, bin) => sum + countOf(bin, bin), 0);
  const restOf = Math.log((moves.length + 1) / (stays + 1));
  /** Rarity of each move; a rest counts in full with its first sample only. */
  const raritiesOf = (own: readonly Move[]): number[] => {
    let [anchor, stayed] = [Number.NaN, 0];
    return own.map((move) => {
      stayed = Math.abs(move.to / width - anchor / width) < 0.5 ? stayed + 1 : 0;
      if (stayed === 0) anchor = move.to;
      return stayed < 2 || isNew(move.to) ? leastOf(move) : Math.min(leastOf(move), restOf);
    });
  };
  const means = (stretch: readonly Sample[], most: number): number[] => {
    let mean = 0;
    return [
      0,
      ...raritiesOf(movesOf(stretch)).map((rarity) => (mean = Math.min(most, mean * (1 - 1 / window) + rarity / window))),
    ];
  };
  const largest = Math.max(...stretches(learned).flatMap((stretch) => means(stretch, Number.POSITIVE_INFINITY)));
  if (!(largest > 0)) return [];
  return stretches(scored).flatMap((stretch) =>
    means(stretch, 8 * largest).map((mean, i) => ({ time: stretch[i]?.time ?? 0, surprise: twinGrade(mean / largest) })),
  );
}
