/** One second of a small station: the state of its drives and the value that goes with it. */
export interface Second {
  readonly time: number;
  readonly state: number;
  readonly value: number;
}

interface Stay {
  readonly state: number;
  readonly settled: readonly Second[];
}

/** Whole stays in a state, without their first `settleMs`; a step of more than three seconds parts them too. */
function stays(seconds: readonly Second[], settleMs: number): Stay[] {
  const parts: Second[][] = [];
  seconds.forEach((second, i) => {
    const before = seconds[i - 1];
    if (before === undefined || before.state !== second.state || second.time - before.time > 3_000) parts.push([]);
    parts.at(-1)?.push(second);
  });
  return parts.map((part) => ({
    state: part[0]?.state ?? Number.NaN,
    settled: part.filter(({ time }) => time - (part[0]?.time ?? 0) > settleMs),
  }));
}

/** The most extreme of the visits' extremes, and what the five most extreme say of the scale of their tail. */
interface Edge {
  readonly at: number;
  readonly scale: number;
  readonly others: number;
}

function edgeOf(extremes: readonly number[], direction: 1 | -1, step: number): Edge {
  const kept = extremes.toSorted((a, b) => direction * (a - b)).slice(0, 5);
  const last = kept.at(-1) ?? 0;
  const excess = kept.slice(0, -1).map((one) => Math.abs(one - last));
  const others = Math.max(1, excess.length);
  return { at: kept[0] ?? Number.NaN, scale: step + excess.reduce((sum, one) => sum + one, 0) / others, others };
}

/** −ln of the survival of the Lomax distribution, from 1 at the edge on. */
const surpriseOf = (beyond: number, { scale, others }: Edge): number =>
  beyond > 0 ? 1 - Math.log((1 + beyond / scale / others) ** -others) : Math.max(0, 1 + beyond / scale);

/** One variable with one companion, everything computed from the whole of the running. One surprise per second from the first on. */
export function twin(
  learned: readonly Second[],
  watched: readonly Second[],
  options: { readonly settleMs: number; readonly minVisits: number; readonly narrower: number; readonly step: number },
): number[] {
  const past = stays(learned, options.settleMs).filter(({ settled }) => settled.length > 0);
  const all = learned.map(({ value }) => value);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const share = options.narrower * (greatest - least);
  const extremes = (state: number, of: (...values: number[]) => number): number[] =>
    past.filter((stay) => stay.state === state).map(({ settled }) => of(...settled.map(({ value }) => value)));
  const judges = [0, 1, 2].map((state) => {
    const lows = extremes(state, Math.min);
    const low = edgeOf(lows, 1, options.step);
    const high = edgeOf(extremes(state, Math.max), -1, options.step);
    return (value: number): number => {
      if (lows.length < options.minVisits) return 0;
      const below = low.at - least > share ? surpriseOf(low.at - value, low) : 0;
      const above = greatest - high.at > share ? surpriseOf(value - high.at, high) : 0;
      return Math.max(below, above);
    };
  });
  return stays(watched, -1).flatMap(({ settled: whole }) => {
    const start = whole[0]?.time ?? 0;
    const single = whole.map(({ time, state, value }) => (time - start > options.settleMs ? (judges[state]?.(value) ?? 0) : 0));
    return single.map((one, i) => [one, single[i - 1] ?? 0, single[i - 2] ?? 0].toSorted((a, b) => a - b)[1] ?? 0);
  });
}
