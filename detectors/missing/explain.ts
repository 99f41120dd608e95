import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { isBad, Quality, qualityName } from '../../src/core/quality.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, limited, longestSentence, shorten } from '../../src/detector-kit/words.ts';

/** Maximum number of tags named in one sentence. */
const mostNamed = 5;

/**
 * A tag without a value: the ratio of the time since its last value to the longest normal one, that normal time, and the last
 * quality.
 */
export interface MissingTag {
  readonly tag: Tag;
  readonly ratio: number;
  readonly usualMs: number;
  /** Addition to the time limit because the monitor itself may be late, ms. */
  readonly allowedMs: number;
  readonly quality: number;
}

/** Reason for the missing value, as far as the device reports it. */
function reason({ tag, quality }: MissingTag): string {
  if (!isBad(quality)) return '';
  if (qualityName(quality) !== qualityName(Quality.BadTypeMismatch)) return ` (${qualityName(quality)})`;
  return ` (the value is not a ${tag.kind === 'text' ? 'text' : 'number'}: BadTypeMismatch)`;
}

/** A sentence that names as many tags as fit into 200 characters, five at most. */
function fitted(names: readonly string[], sentence: (list: string) => string): string {
  for (let count = Math.min(mostNamed, names.length); count > 0; count--) {
    const more = names.length - count;
    const text = sentence(`${names.slice(0, count).join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
    if (text.length <= longestSentence) return text;
  }
  return limited(sentence(`${names.length} ${names.length === 1 ? 'tag' : 'tags'}`));
}

/** @param missing worst first @param count number of tags of the device */
export function explainMissing(device: string, count: number, missing: readonly MissingTag[]): Explanation {
  const [first] = missing;
  if (first === undefined)
    return {
      sentence: `${device} sends values of all its tags.`,
      title: shorten(`${device} sends all values`),
      contributions: [],
      normalIf: 'it sent values of all its tags',
      techniques: [],
    };
  const named = missing.map(({ tag }) => called(tag));
  const normal = `Normal: a value within ${formatDuration(first.usualMs)}`;
  const which = missing.length === 1 ? first.tag.name : `${missing.length} of ${count} tags`;
  const away = formatDuration(first.ratio * first.usualMs + first.allowedMs);
  const total = missing.reduce((sum, { ratio }) => sum + ratio, 0);
  return {
    sentence: fitted(
      named,
      (list) => `${device} answers but has sent no value of ${list} for ${away}${reason(first)}. ${normal}.`,
    ),
    title: shorten(`${device} sends no value of ${which}`),
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
