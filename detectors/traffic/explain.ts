import type { Explanation } from '../../src/core/finding.ts';
import { limited, longestSentence, shorten } from '../../src/detector-kit/words.ts';
import type { Case } from './cases.ts';
import { type Background, describe } from './sentences.ts';
import { some } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';
import { readingOf } from './techniques.ts';

/** `12:00:05 UTC` */
const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 19)} UTC`;

/** Explains suspicious traffic to one target: client, operation, normal traffic, first time, count. */
export function explainCase({ lead, since, events, clients, others }: Case, background: Background): Explanation {
  const { title, does, normal, normalIf } = describe(lead, background);
  const tag = lead.tag === undefined ? undefined : background.tags.tags[lead.tag];
  const rest = clients.filter((client) => client !== lead.ends.client);
  const more = rest.length + others > 0 ? `, as did ${some(rest, 4)}${others > 0 ? ' and others' : ''}` : '';
  const course = events > 1 ? `since ${clock(since)}, ${events} times` : `at ${clock(since)}`;
  const unlearned = background.watchedMs > 0 ? '' : ' Traffic is not learned: only stated rules apply.';
  const complete = (parts: string): string => `${does}${parts} (${course}). ${normal}.`;
  const sentences = [`${complete(more)}${unlearned}`, complete(more), complete('')];
  return {
    title: shorten(title),
    sentence: sentences.find(({ length }) => length <= longestSentence) ?? limited(complete('')),
    contributions: contributionsOf(lead, background),
    normalIf,
    ...readingOf(lead, tag),
  };
}

/** Explanation of normal traffic to a target. */
export const explainNormal = (at: string): Explanation => ({
  title: shorten(`Traffic to ${at} is normal`),
  sentence: `Traffic to ${at} is normal.`,
  contributions: [],
  normalIf: '',
  techniques: [],
});

/** The tag that was written is the only contribution. */
function contributionsOf({ tag, after, before }: Suspicion, { tags }: Background): Explanation['contributions'] {
  const known = tag === undefined ? undefined : tags.tags[tag];
  if (known === undefined || typeof after !== 'number') return [];
  const expected = typeof before === 'number' ? before : Number.NaN;
  return [{ tag: known.name, share: after < expected ? -1 : 1, unit: known.unit, measured: after, expected }];
}
