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

/** Edge of a side and its margin: extremes of visits by order, the five most extreme giving the scale. */
function edgeOf(extremes: readonly number[], direction: 1 | -1, step: number): { readonly at: number; readonly margin: number } {
  const kept = extremes.toSorted((a, b) => direction * (a - b)).slice(0, 5);
  const others = kept.slice(0, -1);
  const scale = others.reduce((sum, one) => sum + Math.abs(one - (kept.at(-1) ?? 0)), 0) / Math.max(1, others.length);
  return { at: kept[0] ?? Number.NaN, margin: step + (others.length === 0 ? 0 : scale * (1 + 1 / Math.sqrt(others.length))) };
}

/** One variable with one companion, everything computed from the whole of the running. One surprise per second from the first on. */
export function twin(
  learned: readonly Second[],
  watched: readonly Second[],
  options: { readonly settleMs: number; readonly minVisits: number; readonly narrower: number; readonly step: number },
): number[] {
  const past = stays(learned, options.settleMs).filter(({ settled }) => settled.length > 0);
  const all = learned.map(({ value }) => value);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const ratioOf = (state: number, value: number): number => {
    const visits = past.filter((stay) => stay.state === state).map(({ settled }) => settled.map((second) => second.value));
    if (visits.length < options.minVisits) return 0;
    const low = edgeOf(
      visits.map((values) => Math.min(...values)),
      1,
      options.step,
    );
    const high = edgeOf(
      visits.map((values) => Math.max(...values)),
      -1,
      options.step,
    );
    const share = options.narrower * (greatest - least);
    const below = low.at - low.margin - least > share ? 1 + (low.at - value) / low.margin : 0;
    const above = greatest - high.at - high.margin > share ? 1 + (value - high.at) / high.margin : 0;
    return Math.max(0, below, above);
  };
  return stays(watched, 0).flatMap((_, index) => {
    const whole = stays(watched, -1)[index]?.settled ?? [];
    const start = whole[0]?.time ?? 0;
    const ratios = whole.map(({ time, state, value }) => (time - start > options.settleMs ? ratioOf(state, value) : 0));
    return ratios.map((ratio, i) => [ratio, ratios[i - 1] ?? 0, ratios[i - 2] ?? 0].toSorted((a, b) => a - b)[1] ?? 0);
  });
}
