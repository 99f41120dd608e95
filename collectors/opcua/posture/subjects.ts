import type { PostureEvent } from '../../../src/core/observation.ts';
import { deprecatedPolicies } from '../config.ts';
import { differences, type Facets } from './memory.ts';

/** A change of a subject, with the data needed to classify it. */
interface Change {
  readonly before: Facets;
  readonly after: Facets;
  /** Names at which the two states differ, sorted; at least one. */
  readonly keys: readonly string[];
  /** True if it happened during this run, false if it was found after a restart of the monitor. */
  readonly live: boolean;
}

/** Text and level of a change; undefined if it is not reported. */
type Verdict = Pick<PostureEvent, 'text' | 'weight'> | undefined;

/** Limits on an event's text: number of names, number of characters. */
const mostNamed = 5;
const mostText = 400;

const went = ({ before, after }: Change, key: string): string => `from ${before[key] ?? 'unknown'} to ${after[key] ?? 'unknown'}`;

/** Names of a list as far as they fit, with the number of the others. */
function named(keys: readonly string[]): string {
  const rest = keys.length - mostNamed;
  return keys.slice(0, mostNamed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Weak security of a server: endpoints without security or with a broken policy, and anonymous logins. */
export function weaknesses(endpoints: Facets): string[] {
  const found = Object.entries(endpoints).flatMap(([endpoint, tokens]) => {
    const policy = endpoint.split(' ')[0] ?? '';
    return [
      ...(policy === 'None' ? ['an endpoint without security'] : []),
      ...(deprecatedPolicies.includes(policy) ? [`the deprecated policy ${policy}`] : []),
      ...(tokens.split(', ').includes('Anonymous') ? ['anonymous sessions'] : []),
    ];
  });
  return [...new Set(found)].toSorted();
}

const writable = (signature: string | undefined): boolean => signature?.endsWith(' writable') ?? false;

/** Classification of the changes of each subject. A new subject is one line here and its facets in `read.ts`. */
const judges = {
  'server-state': (change) => ({
    text: `the server's state went ${went(change, 'state')}`,
    weight: change.after['state'] === 'Running' ? 'note' : 'warning',
  }),
  'start-time': (change) => ({
    text: `the server started again: its start time went ${went(change, 'time')}`,
    weight: change.live ? 'warning' : 'note',
  }),
  build: (change) => ({
    text: `the server's build is another: ${change.keys.map((key) => `${key} ${went(change, key)}`).join('; ')}`,
    weight: 'warning',
  }),
  namespaces: ({ before, after, keys }) => ({
    text: `the server's namespaces are others: ${named(keys.map((key) => `${key} ${before[key] ?? 'none'} → ${after[key] ?? 'none'}`))}`,
    weight: 'warning',
  }),
  endpoints: ({ before, after, keys }) => {
    const known = weaknesses(before);
    const opened = weaknesses(after).filter((weakness) => !known.includes(weakness));
    return opened.length > 0
      ? { text: `the server newly offers ${opened.join(', ')}`, weight: 'alarming' }
      : { text: `the server offers other endpoints or logins: ${named(keys)}`, weight: 'warning' };
  },
  sessions: (change) => ({ text: `the number of sessions at the server went ${went(change, 'count')}`, weight: 'note' }),
  clients: ({ before, keys }) => {
    const strangers = keys.filter((key) => before[key] === undefined);
    return strangers.length > 0
      ? { text: `a client has a session that never had one before: ${named(strangers)}`, weight: 'warning' }
      : { text: `other clients have sessions at the server: ${named(keys)}`, weight: 'note' };
  },
  'rejected-sessions': ({ before, after }) => {
    const more = Number(after['count']) - Number(before['count']);
    // the counter restarts with the server
    if (!(more > 0)) return undefined;
    return {
      text: `the server refused ${more} ${more === 1 ? 'session' : 'sessions'} for reasons of security`,
      weight: 'warning',
    };
  },
  certificate: (change) => ({
    text: `the server shows another certificate than before, and it is trusted: thumbprint ${went(change, 'thumbprint')}`,
    weight: 'warning',
  }),
  'address-space': ({ before, after, keys }) => {
    const opened = keys.filter((key) => writable(after[key]) && before[key] !== undefined && !writable(before[key]));
    const list = named(keys.map((key) => `${key} (${before[key] ?? 'new'} → ${after[key] ?? 'no longer watched'})`));
    return {
      text: `${keys.length} of the watched nodes ${keys.length === 1 ? 'is' : 'are'} not what they were: ${list}`,
      weight: opened.length > 0 ? 'alarming' : 'warning',
    };
  },
} as const satisfies Record<string, (change: Change) => Verdict>;

export type Subject = keyof typeof judges;

/**
 * Text and level for a subject that changes from `before` to `after`; undefined if there is nothing to report. For a subject seen
 * for the first time, only weak security of the server is reported.
 */
export function judge(subject: Subject, before: Facets | undefined, after: Facets, live: boolean) {
  if (before === undefined) {
    const weak = subject === 'endpoints' ? weaknesses(after) : [];
    if (weak.length === 0) return undefined;
    return { subject, before: '', after: weak.join(', '), text: `the server offers ${weak.join(', ')}`, weight: 'note' as const };
  }
  const keys = differences(before, after);
  if (keys.length === 0) return undefined;
  const verdict: Verdict = judges[subject]({ before, after, keys, live });
  if (verdict === undefined) return undefined;
  const { text, weight } = verdict;
  return { subject, before: short(facetsText(before, keys)), after: short(facetsText(after, keys)), text: short(text), weight };
}

/** The changed facets as text. */
const facetsText = (facets: Facets, keys: readonly string[]): string =>
  keys
    .slice(0, mostNamed)
    .flatMap((key) => (facets[key] === undefined ? [] : [`${key}: ${facets[key]}`]))
    .join('; ');

const short = (text: string): string => (text.length <= mostText ? text : `${text.slice(0, mostText - 1)}…`);
