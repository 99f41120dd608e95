import { counting, largestEnd, type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const fast = 20;

interface Point {
  readonly time: number;
  readonly innovation: number;
  readonly offset: number;
  readonly sum: number;
  /** NaN before it is a mean of `slow` samples. */
  readonly level: number;
}

/** Known state before a sample, and the sample's addition to the charts. */
interface Known {
  scale: number;
  mostSum: number;
  /** Of the first level of a stretch. */
  readonly range?: readonly [low: number, high: number];
  readonly take: (point: Point) => void;
}

const clipTo = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const clip = (value: number, most: number): number => clipTo(value, -most, most);

/** Both charts after each sample beyond the first `fast` of its stretch. */
function charts(samples: readonly Sample[], slow: number, known: Known): Point[] {
  return stretches(samples).flatMap((stretch) => {
    const points: Point[] = [];
    let level = stretch[0]?.value ?? 0;
    let recent = level;
    /** Sums of the present excursion: the largest sum of a run that ends here equals CUSUM. */
    let excursion: number[] = [];
    /** Evidence from each value for a return, since the recent mean was last near the level. */
    let back: number[] = [];
    const largest = (sign: number): number => largestEnd(excursion.map((z) => sign * z - 1));
    stretch.forEach(({ time, value }, i) => {
      const innovation = value - level;
      const isKnown = known.scale > 0 && i >= fast;
      const inScales = isKnown ? innovation / known.scale : 0;
      const size = (most: number): number => (isKnown ? clip(inScales, most) * known.scale : innovation);
      recent += (level + size(20) - recent) / Math.min(i + 1, fast);
      level += size(2) / Math.min(i + 1, slow);
      if (i === fast - 1 && known.range !== undefined) {
        const [low, high] = known.range;
        if (level < low || level > high) recent = level = clipTo(level, low, high);
      }
      if (isKnown) excursion.push(clip(inScales, 20));
      let sum = Math.max(largest(1), largest(-1));
      if (isKnown) {
        const away = (recent - level) / known.scale;
        const isFar = Math.abs(away) > 1;
        back = isFar ? [...back, Math.min(2, away * (away / 2 - clip(inScales, 20)))] : [];
        const isBack = largestEnd(back) > Math.log(1_000);
        if (isBack) [recent, back] = [level, []];
        if (isBack || (!isFar && sum > known.mostSum)) [excursion, sum] = [[], 0];
      }
      if (i < fast) return;
      const point = { time, innovation, offset: Math.abs(recent - level), sum, level: i < slow ? Number.NaN : level };
      known.take(point);
      points.push(point);
    });
    return points;
  });
}

/** Smallest change of the values of each stretch beyond its first `fast`; 0 without one. */
function smallestChange(samples: readonly Sample[]): number {
  const changes = stretches(samples).flatMap((stretch) =>
    stretch.slice(fast).map(({ value }, i) => Math.abs(value - (stretch[fast + i - 1]?.value ?? value))),
  );
  const moved = changes.filter((change) => change > 0);
  return moved.length === 0 ? 0 : Math.min(...moved);
}

/** @param decimals of the tag @param slow samples of the level */
export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  decimals: number,
  slow: number,
): { time: number; surprise: number }[] {
  const roots: number[] = [];
  charts(learned, slow, { scale: 0, mostSum: 0, take: ({ innovation }) => roots.push(Math.sqrt(Math.abs(innovation))) });
  const rounding = Math.min(smallestChange(learned), 10 ** -decimals) / 2;
  const scale = roots.length === 0 ? 0 : Math.max(rounding, (roots.reduce((sum, root) => sum + root, 0) / roots.length) ** 2);
  const known: Known = {
    scale: 0,
    mostSum: 0,
    take: ({ sum }) => {
      known.scale = scale;
      known.mostSum = Math.max(known.mostSum, sum);
    },
  };
  const normal = charts(learned, slow, known);
  const offset = Math.max(0, scale, ...normal.map((one) => one.offset));
  const most = Math.max(fast, known.mostSum);
  const levels = normal.map(({ level }) => level).filter((level) => !Number.isNaN(level));
  const range = [Math.min(...levels), Math.max(...levels)] as const;
  const isKnown = levels.length > 0 && counting(learned).length >= 10 * slow;
  const judged = { scale: known.scale, mostSum: known.mostSum, take: () => {}, ...(isKnown ? { range } : {}) };
  return charts(scored, slow, judged).map((one) => ({
    time: one.time,
    surprise: twinGrade(Math.max(offset > 0 ? one.offset / offset : 0, one.sum / most)),
  }));
}
