import type { Contribution, Explanation } from '../../src/core/finding.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { calendarTime } from '../../src/detector-kit/calendar.ts';
import { called, compared, limited, listed, reading, shorten } from '../../src/detector-kit/words.ts';
import type { Entry } from './ledger.ts';
import { ownClient } from './own-readings.ts';

/** Most contributions: with equal shares, more would each be too small to be named. */
const mostContributions = 8;
const mostClients = 3;
const mostNames = 2;

export interface Difference {
  readonly device: string;
  readonly entries: readonly Entry[];
  readonly score: (entry: Entry) => number;
  readonly tags: TagTable;
}

/**
 * Explains which channel has other values: the one that is alone. With two channels only, each of them may be falsified, and both are
 * named.
 */
export function explainDifference({ device, entries, score, tags }: Difference): Explanation {
  const different = entries.filter((entry) => score(entry) >= 1).toSorted((a, b) => score(b) - score(a) || a.tag - b.tag);
  const [worst] = different;
  if (worst === undefined) return explainAgreement(device);
  const tag = tags.at(worst.tag);
  const concerned = [...new Set(different.map((entry) => entry.tag))];
  const ofConcerned = entries.filter((entry) => concerned.includes(entry.tag));
  const isEqual = ({ ratios }: Entry): boolean => (ratios.at(-1) ?? 1) < 1;
  // those with fewer comparisons yet are no witnesses of the monitor's values
  const differing = ofConcerned.filter((entry) => !isEqual(entry));
  const clients = [...new Set(differing.map(({ client }) => client))].toSorted();
  const agreeing = ofConcerned.filter(isEqual).map(({ client }) => client);
  const equal = [...new Set(agreeing)].filter((client) => !clients.includes(client)).toSorted();
  const [theirs, own] =
    tag.kind === 'discrete' ? [reading(worst.value, tag), reading(worst.polled, tag)] : compared(tag, worst.value, worst.polled);
  const readers = equal.filter((client) => client !== ownClient).slice(0, mostClients);
  const monitor = tag.device === device || equal.includes(ownClient) ? 'the monitor' : `the monitor (by ${tag.device})`;
  const isMonitorAlone = equal.length === 0 && isOneValue(worst, differing);
  const does = isMonitorAlone
    ? `T${monitor.slice(1)} reads ${own} for ${called(tag)}, but ${device} sends ${named(clients)} ${theirs}`
    : `${device} sends ${named(clients)} ${theirs} for ${called(tag)}, but ${listed([monitor, ...readers])} ${readers.length > 0 ? 'read' : 'reads'} ${own}`;
  const since = new Date(calendarTime(Math.min(...different.map((entry) => entry.since)))).toISOString().slice(11, 19);
  // of two connections of the monitor alone, nothing shows which one is false
  const isOpen = !isMonitorAlone && equal.length === 0 && clients.every((client) => client === ownClient);
  const party = clients.length === 1 ? (clients[0] ?? '') : `${clients.length} clients`;
  const title = isOpen
    ? `${device} and ${tag.device} send different values`
    : isMonitorAlone
      ? `${tag.device} sends the monitor other values`
      : `${device} sends ${party} other values`;
  return {
    title: shorten(title),
    sentence: limited(`${does}, since ${since} UTC${others(concerned, tags)}.`),
    contributions: contributionsOf(different, tags),
    normalIf: isOpen ? `${device} and ${tag.device} sent the same values` : `${device} sent every client the same values`,
    techniques: ['T1692.002', 'T0830'],
  };
}

const explainAgreement = (device: string): Explanation => ({
  title: shorten(`${device} sends all clients the same values`),
  sentence: limited(`${device} sends other clients the values that the monitor reads.`),
  contributions: [],
  normalIf: '',
  techniques: [],
});

/** True if several clients received about the same value of the worst tag, compared with the distance to the monitor's. */
function isOneValue(worst: Entry, differing: readonly Entry[]): boolean {
  const values = differing.filter(({ tag }) => tag === worst.tag).map(({ value }) => value);
  return values.length > 1 && Math.max(...values) - Math.min(...values) <= Math.abs(worst.value - worst.polled) / 2;
}

const named = (clients: readonly string[]): string =>
  clients.length <= mostClients
    ? listed(clients)
    : `${clients.slice(0, mostClients).join(', ')} and ${clients.length - mostClients} more`;

/** Names of the tags after the first. */
function others([, ...more]: readonly number[], tags: TagTable): string {
  if (more.length === 0) return '';
  const names = more.slice(0, mostNames).map((tag) => tags.at(tag).name);
  return `; also ${more.length <= mostNames ? listed(names) : `${names.join(', ')} and ${more.length - mostNames} more`}`;
}

function contributionsOf(different: readonly Entry[], tags: TagTable): readonly Contribution[] {
  const first = new Map<number, Entry>();
  for (const entry of different) if (!first.has(entry.tag)) first.set(entry.tag, entry);
  const shown = [...first.values()].slice(0, mostContributions);
  return shown.map(({ tag: index, polled, value }) => {
    const tag = tags.at(index);
    const share = (polled < value ? -1 : 1) / shown.length;
    return { tag: tag.name, share, unit: tag.unit, measured: polled, expected: value };
  });
}
