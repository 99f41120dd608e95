import type { ClientAct, Explanation } from '../../src/core/finding.ts';
import { encrypted } from '../../src/core/wire.ts';
import { calendarTime } from '../../src/detector-kit/calendar.ts';
import { limited, longestSentence, shorten } from '../../src/detector-kit/words.ts';
import { type Case, others as othersKey, type Written } from './cases.ts';
import { type Background, changeOf, describe, place } from './sentences.ts';
import { some } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';
import { readingOf } from './techniques.ts';

/** `12:00:05 UTC` */
const clock = (time: number): string => `${new Date(calendarTime(time)).toISOString().slice(11, 19)} UTC`;

/** Explains suspicious traffic to one target: client, operation, normal traffic, first time, count. */
export function explainCase(open: Case, background: Background): Explanation {
  const { lead, since, events, clients, others, isEncrypted } = open;
  const { normal, normalIf, ...single } = describe(lead, background);
  const { title, does } = severalWrites(open, background) ?? single;
  const tag = lead.tag === undefined ? undefined : background.tags.tags[lead.tag];
  const rest = clients.filter((client) => client !== lead.ends.client);
  const more = rest.length + others > 0 ? `, as did ${some(rest, 4)}${others > 0 ? ' and others' : ''}` : '';
  const course = events > 1 ? `since ${clock(since)}, ${events} events` : `at ${clock(since)}`;
  const unlearned = background.watchedMs > 0 ? '' : ' Traffic is not learned: only stated rules apply.';
  const complete = (parts: string): string =>
    `${does}${isEncrypted === true ? ' in encrypted messages' : ''}${parts} (${course}). ${normal}.`;
  const sentences = [`${complete(more)}${unlearned}`, complete(more), complete('')];
  return {
    title: shorten(title),
    sentence: sentences.find(({ length }) => length <= longestSentence) ?? limited(complete('')),
    contributions: contributionsOf(open, background),
    normalIf,
    ...readingOf(lead, tag),
    clients: [...clients],
    ...(isEncrypted === true ? { encrypted: true } : {}),
    ...writesOf(open, background),
    ...actedAtOf(open),
    ...actsOf(open, background),
  };
}

function actedAtOf({ byClient }: Case): Pick<Explanation, 'actedAt'> {
  const times = [...(byClient?.values() ?? [])].map(({ actedAt }) => actedAt);
  return times.length === 0 ? {} : { actedAt: Math.max(...times) };
}

/** What each of several clients did, as if it were the only one; of all others together, as the one that leads them. */
function actsOf({ clients, byClient, writes = [] }: Case, background: Background): Pick<Explanation, 'acts'> {
  if (clients.length < 2) return {};
  const acts = [...clients, othersKey].flatMap((of): ClientAct[] => {
    const own = byClient?.get(of);
    if (own === undefined) return [];
    const client = of === othersKey ? own.lead.ends.client : of;
    const isEncrypted = own.lead.operation === encrypted;
    const alone = {
      ...own,
      last: own.since,
      byClient: new Map([[client, own]]),
      clients: [client],
      others: 0,
      writes: writes.filter((one) => one.client === client),
    };
    const { title, sentence, techniques, seen } = explainCase({ ...alone, isEncrypted }, background);
    return [{ client, title, sentence, techniques, ...(seen === undefined ? {} : { seen }), actedAt: own.actedAt }];
  });
  return { acts };
}

/** Texts for writes to several tags; undefined for fewer. */
function severalWrites({ lead, writes = [] }: Case, { tags }: Background): { title: string; does: string } | undefined {
  const names = [...new Set(writes.map(({ tag }) => tags.at(tag).name))];
  const [first] = names;
  if (first === undefined || names.length < 2) return undefined;
  const { client } = lead.ends;
  const others = names.length === 2 ? '1 other tag' : `${names.length - 1} other tags`;
  return {
    title: `${client} writes ${first} and ${others}`,
    does: `${client} writes ${some(names, 4)} of ${place(lead.ends)}`,
  };
}

/** The writes for alerts and incidents. */
function writesOf({ writes = [] }: Case, { tags }: Background): Pick<Explanation, 'writes'> {
  if (writes.length === 0) return {};
  return {
    writes: writes.map(({ client, tag, before, after }) => {
      const known = tags.at(tag);
      return { client, tag: known.name, before, after, change: changeOf(before, after, known) };
    }),
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

/** The tags that were written are the only contributions, each with the same share; of refused writes only the last one. */
function contributionsOf({ writes = [], lead }: Case, { tags }: Background): Explanation['contributions'] {
  const written = writes.length > 0 ? writes : refusedOf(lead);
  return written.map(({ tag, before = Number.NaN, after }) => {
    const { name, unit } = tags.at(tag);
    return { tag: name, share: (after < before ? -1 : 1) / written.length, unit, measured: after, expected: before };
  });
}

function refusedOf({ tag, before, after }: Suspicion): readonly Pick<Written, 'tag' | 'before' | 'after'>[] {
  if (tag === undefined || typeof after !== 'number') return [];
  return [{ tag, before: typeof before === 'number' ? before : undefined, after }];
}
