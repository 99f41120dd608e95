import type { Alert } from '../../../../../src/core/alert.ts';
import type { Tag } from '../../../../../src/core/tag.ts';
import { formatNumber } from '../format.ts';

/** Limits as lines with their texts: `HH 4.40`, `L 1.00`. */
export function limitLines(tag: Tag): readonly { readonly value: number; readonly text: string }[] {
  const { highHigh, high, low, lowLow } = tag.limits ?? {};
  const named = [
    ['HH', highHigh],
    ['H', high],
    ['L', low],
    ['LL', lowLow],
  ] as const;
  return named.flatMap(([word, value]) =>
    value === undefined ? [] : [{ value, text: `${word} ${formatNumber(value, tag.decimals)}` }],
  );
}

/** Spans of the findings of some tags; an open one ends at `now`. */
export function findingSpans(
  alerts: readonly Alert[],
  tags: readonly string[],
  now: number,
): readonly { readonly from: number; readonly to: number }[] {
  return alerts
    .flatMap((alert) => alert.findings)
    .filter((finding) => finding.tags.some((tag) => tags.includes(tag)))
    .map((finding) => ({ from: finding.since, to: finding.endedAt ?? now }));
}
