const dayMs = 86_400_000;

/** A write as it is judged: who, what, when, how far. */
export interface Written {
  readonly time: number;
  readonly client: string;
  readonly target: string;
  readonly before: number;
  readonly after: number;
}

/** How often each of some things occurs. */
function counted<T>(list: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** Number of elements that are no more frequent than the last one. */
function asRare<T>(list: readonly T[]): number {
  const counts = counted(list);
  const own = counts.get(list.at(-1) as T) ?? 0;
  return list.filter((one) => (counts.get(one) ?? 0) <= own).length;
}

/** Number of times of the day with a density of at most that of the last one: neighbours within an hour, the nearer the more. */
function asRareHour(times: readonly number[], localOf: (time: number) => number): number {
  const parts = times.map((time) => Math.floor((localOf(time) / dayMs) * 96));
  const density = (part: number): number =>
    parts.reduce((sum, other) => {
      const away = Math.min((part - other + 96) % 96, (other - part + 96) % 96);
      return sum + Math.max(0, 4 - away);
    }, 0);
  const own = density(parts.at(-1) ?? 0);
  return parts.filter((part) => density(part) <= own).length;
}

/** Scores of writes with the default settings, each computed from all writes up to it; undefined where nothing is judged. */
export function twin(
  writes: readonly Written[],
  watchedAt: (time: number) => number,
  localOf: (time: number) => number,
): (number | undefined)[] {
  return writes.map((write, i) => {
    const past = writes.slice(0, i + 1);
    const ofClient = past.filter(({ client }) => client === write.client);
    const ofTarget = past.filter(({ target }) => target === write.target);
    const ofPair = ofTarget.filter(({ client }) => client === write.client);
    const days: number[] = [];
    const rank = (some: readonly Written[], rare: number, of: number): void => {
      const watched = watchedAt(write.time) - watchedAt(some[0]?.time ?? 0);
      if (of > 10) days.push(watched / rare / dayMs);
    };
    const begins = (list: readonly Written[]) =>
      list.filter(({ time }, k) => k === 0 || time - (list[k - 1]?.time ?? 0) > 600_000);
    rank(ofTarget, asRare(ofTarget.map(({ client }) => client)), ofTarget.length);
    const occasions = begins(ofPair);
    if (occasions.at(-1) === write)
      rank(
        ofPair,
        asRareHour(
          occasions.map(({ time }) => time),
          localOf,
        ),
        occasions.length,
      );
    const sizes = ofPair.map(({ before, after }) => Math.abs(after - before)).filter((size) => size > 0);
    const own = Math.abs(write.after - write.before);
    const sizeClass = (size: number): number => Math.floor(4 * Math.log2(size));
    if (own > 0) rank(ofPair, sizes.filter((size) => sizeClass(size) >= sizeClass(own)).length, sizes.length);
    const begun = new Set(begins(ofClient));
    const orders = ofClient.map((one, k) => `${begun.has(one) ? '' : ofClient[k - 1]?.target} → ${one.target}`);
    rank(ofClient, asRare(orders), orders.length);
    const most = Math.max(...days);
    if (days.length === 0) return undefined;
    return most > 0 ? Math.min(0.99, Math.max(0, 0.6 + 0.2 * Math.log10(most / 7))) : 0;
  });
}
