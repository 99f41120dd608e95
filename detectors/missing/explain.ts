import type { Explanation } from '../../src/core/finding.ts';
import { isBad, Quality, qualityName } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, comparedSpans, shorten } from '../../src/streaming/words.ts';

/** Tags that one sentence names. */
const mostNamed = 5;

/** A tag without a value, for how many times its longest usual time, what that is, and the quality of what came last. */
export interface MissingTag {
  readonly tag: Tag;
  readonly ratio: number;
  readonly usualMs: number;
  /** Time that it was granted beside that because the monitor may be late itself, ms. */
  readonly allowedMs: number;
  readonly quality: number;
}

/** Why there is no value, as far as the device says it. */
function reason({ tag, quality }: MissingTag): string {
  if (!isBad(quality)) return '';
  if (qualityName(quality) !== qualityName(Quality.BadTypeMismatch)) return ` (${qualityName(quality)})`;
  return ` (what comes is no ${tag.kind === 'text' ? 'text' : 'number'}: BadTypeMismatch)`;
}

/** @param missing worst first @param count tags of the device */
export function explainMissing(device: string, count: number, missing: readonly MissingTag[]): Explanation {
  const [first] = missing;
  if (first === undefined)
    return {
      sentence: `${device} gives values of all its tags.`,
      title: shorten(`${device} gives all values`),
      contributions: [],
      normalIf: 'it gave values of all its tags',
      techniques: [],
    };
  const named = missing.slice(0, mostNamed).map(({ tag }) => called(tag));
  const more = missing.length - named.length;
  const list = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const which = missing.length === 1 ? first.tag.name : `${missing.length} of ${count} tags`;
  const [away, usual] = comparedSpans(first.ratio * first.usualMs + first.allowedMs, first.usualMs);
  const total = missing.reduce((sum, { ratio }) => sum + ratio, 0);
  return {
    sentence: `${device} answers, but has given no value of ${list} for ${away}${reason(first)}; normally there is one within ${usual}.`,
    title: shorten(`${device} gives no value of ${which}`),
    contributions: missing.map(({ tag, ratio }) => ({
      tag: tag.name,
      share: -ratio / total,
      unit: tag.unit,
      measured: Number.NaN,
      expected: Number.NaN,
    })),
    normalIf: 'all tags had values again',
    techniques: ['T1691.002', 'T0814'],
  };
}
