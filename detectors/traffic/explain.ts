import type { Explanation } from '../../src/core/finding.ts';
import { shorten } from '../../src/streaming/words.ts';
import type { Case } from './cases.ts';
import { type Background, tell } from './sentences.ts';
import { some } from './standing.ts';
import type { Suspicion } from './suspicion.ts';
import { readingOf } from './techniques.ts';

/** `12:00:05 UTC` */
const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 19)} UTC`;

/** What is wrong in the traffic to one place: who, what, instead of what, since when, how often. */
export function explainCase({ lead, since, events, clients, others }: Case, background: Background): Explanation {
  const { title, sentence, normalIf } = tell(lead, background);
  const tag = lead.tag === undefined ? undefined : background.tags.tags[lead.tag];
  const rest = clients.filter((client) => client !== lead.ends.client);
  const more = rest.length + others > 0 ? `; the same of ${some(rest, 4)}${others > 0 ? ' and others' : ''}` : '';
  const course = events > 1 ? `since ${clock(since)}, ${events} times` : `at ${clock(since)}`;
  const unlearned = background.watchedMs > 0 ? '' : ' Normal traffic is not learned, stated rules alone have judged.';
  return {
    title: shorten(title),
    sentence: `${sentence}${more} (${course}).${unlearned}`,
    contributions: contributionsOf(lead, background),
    normalIf,
    ...readingOf(lead, tag),
  };
}

/** Nothing is wrong with the traffic to a place. */
export const explainCalm = (at: string): Explanation => ({
  title: shorten(`Traffic to ${at} is as usual`),
  sentence: `Traffic to ${at} is as usual.`,
  contributions: [],
  normalIf: '',
  techniques: [],
});

/** The tag that was written speaks for the finding. */
function contributionsOf({ tag, after, before }: Suspicion, { tags }: Background): Explanation['contributions'] {
  const known = tag === undefined ? undefined : tags.tags[tag];
  if (known === undefined || typeof after !== 'number') return [];
  const expected = typeof before === 'number' ? before : Number.NaN;
  return [{ tag: known.name, share: after < expected ? -1 : 1, unit: known.unit, measured: after, expected }];
}
