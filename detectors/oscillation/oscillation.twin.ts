import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

const swings = 8;

interface Turn {
  /** Sample at which the turning point is confirmed. */
  readonly knownAt: number;
  readonly at: number;
  readonly value: number;
}

/**
 * Turning points of a stretch, each searched after the previous one: an extreme from which the value returns by more than
 * `least`.
 */
function turnsOf(stretch: readonly Sample[], least: number): Turn[] {
  const values = stretch.map(({ value }) => value);
  const [first] = values;
  if (first === undefined) return [];
  const left = values.findIndex((value) => Math.abs(value - first) > least);
  if (left < 0) return [];
  const turns: Turn[] = [{ knownAt: left, at: stretch[0]?.time ?? 0, value: first }];
  let way = Math.sign((values[left] ?? 0) - first);
  for (let from = left; ; way = -way) {
    const signed = values.map((value) => value * way);
    let extreme = from;
    const known = signed.findIndex((value, i) => {
      if (i <= from) return false;
      const most = signed[extreme] ?? 0;
      if (value >= most) extreme = i;
      return value < most && most - value > least;
    });
    if (known < 0) return turns;
    turns.push({ knownAt: known, at: stretch[extreme]?.time ?? 0, value: values[extreme] ?? 0 });
    from = known;
  }
}

/** Strength after every sample: the smallest of the last swings times the regularity of their periods. */
function strengths(samples: readonly Sample[], least: number, slowestMs: number): { time: number; strength: number }[] {
  return stretches(samples).flatMap((stretch) => {
    const turns = turnsOf(stretch, least);
    return stretch.map(({ time }, i) => {
      const known = turns.filter(({ knownAt }) => knownAt <= i);
      // an oscillation starts after the last swing that was too slow, or at the start of the stretch
      const slow = known.findLastIndex(({ at }, k) => k > 0 && at - (known[k - 1]?.at ?? 0) > slowestMs);
      const seen = known.slice(Math.max(1, slow));
      if (seen.length <= swings) return { time, strength: 0 };
      const last = seen.slice(-swings - 1);
      const heights = last.slice(1).map(({ value }, k) => Math.abs(value - (last[k]?.value ?? 0)));
      const periods = last.slice(2).map(({ at }, k) => at - (last[k]?.at ?? 0));
      const over = time - (last.at(-1)?.at ?? 0) > Math.max(...periods);
      const even = Math.min(...periods) / Math.max(...periods);
      return { time, strength: over ? 0 : Math.min(...heights) * even };
    });
  });
}

/** @param resolution in the unit of the tag @param slowestMs of a swing */
export function twin(
  learned: readonly Sample[],
  scored: readonly Sample[],
  resolution: number,
  slowestMs: number,
): { time: number; surprise: number }[] {
  const values = stretches(learned)
    .flat()
    .map(({ value }) => value);
  const roots = values.slice(1).map((value, i) => Math.sqrt(Math.abs(value - (values[i] ?? 0))));
  const root = roots.length === 0 ? 0 : roots.reduce((sum, one) => sum + one, 0) / roots.length;
  const least = Math.max(4 * root ** 2, resolution);
  const normal = Math.max(least, ...strengths(learned, least, slowestMs).map(({ strength }) => strength));
  return strengths(scored, least, slowestMs).map(({ time, strength }) => ({ time, surprise: twinGrade(strength / normal) }));
}
