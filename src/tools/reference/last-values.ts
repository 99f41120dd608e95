import type { Historian } from '../../core/historian.ts';
import { isUsable } from '../../core/quality.ts';

/** Age up to which a stored value counts as the present one, ms. */
export const mostAgeMs = 86_400_000;

/** The last good values of tags before a time, from a historian. Values older than a day are no present ones. */
export async function lastValues(
  historian: Historian,
  { tags, at }: { readonly tags: readonly string[]; readonly at: number },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  if (tags.length === 0) return found;
  const series = await historian.query({ tags, from: at - mostAgeMs, to: at }, signal);
  for (const { tag, value, quality } of series) {
    const last = value.findLastIndex((one, i) => Number.isFinite(one) && isUsable(quality[i] ?? 0));
    if (last >= 0) found.set(tag, value[last] as number);
  }
  return found;
}
