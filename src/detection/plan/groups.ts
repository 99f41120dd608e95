import type { DetectorGroup } from '../../core/detector.ts';
import { quantityOf } from '../../core/quantity.ts';
import type { Tag, TagTable } from '../../core/tag.ts';

/** Most tags of a group. Larger vectors cost too much, and a calibration of days has too few independent rows for them. */
const largestGroup = 60;

/**
 * True for tags with a numerical relation to others. Texts and counters have none. Set-points change too rarely for a calibration
 * to learn their effect, and have their own detectors. Records describe the past.
 */
const belongs = ({ kind, role }: Tag): boolean =>
  (kind === 'analog' || kind === 'discrete') && role !== 'setpoint' && role !== 'parameter' && role !== 'record';

/**
 * Groups of a site that defines none: the whole site if it has few tags, otherwise one per area, and the flows and levels across
 * the areas. An area with too many tags is divided by equipment.
 * @param periodMs period of the vectors; at least the slowest scan period of the tags is used
 */
export function defaultGroups(tags: TagTable, periodMs: number): DetectorGroup[] {
  const members = tags.tags.flatMap((tag, index) => (belongs(tag) ? [index] : []));
  if (members.length < 2) return [];
  if (members.length <= largestGroup) return [group('site', members, tags, periodMs)];
  const byArea = Map.groupBy(members, (index) => tags.at(index).area);
  const areas = [...byArea].flatMap(([area, indices]) => {
    const parts = Math.ceil(indices.length / largestGroup);
    const sorted = indices.toSorted((a, b) => compare(tags.at(a).equipment, tags.at(b).equipment) || a - b);
    const size = Math.ceil(sorted.length / parts);
    return Array.from({ length: parts }, (_, part) =>
      group(parts === 1 ? area : `${area}-${part + 1}`, sorted.slice(part * size, (part + 1) * size), tags, periodMs),
    ).filter(({ tags: list }) => list.length >= 2);
  });
  return [...areas, ...flowGroups(members, tags, periodMs)];
}

/** Name of the group of flows and levels across the areas; a site with many has more, numbered from 2. */
const flowGroupName = 'flows';

/**
 * Levels, flows and speeds of all areas: what one area gives to the next. A large site leaves out the speeds; one that is still too
 * large has a group for neighbouring areas, in the order of the configuration, each beginning with the last area of the one before.
 */
function flowGroups(members: readonly number[], tags: TagTable, periodMs: number): DetectorGroup[] {
  const of = (...wanted: readonly string[]): number[] =>
    members.filter((index) => tags.at(index).role === 'measurement' && wanted.includes(quantityOf(tags.at(index))));
  const own = of('level', 'flow');
  const isConnected = new Set(own.map((index) => tags.at(index).area)).size > 1;
  if (of('level').length === 0 || of('flow').length < 2 || !isConnected) return [];
  const all = of('level', 'flow', 'speed');
  const parts = (all.length <= largestGroup ? [all] : neighbours(own, tags)).map((part) => withModes(part, members, tags));
  const taken = new Set(members.map((index) => tags.at(index).area));
  const nameOf = (part: number): string => {
    const name = part === 0 ? flowGroupName : `${flowGroupName}-${part + 1}`;
    return taken.has(name) ? `${name}-across` : name;
  };
  return parts.map((part, i) => ({ ...group(nameOf(i), part, tags, periodMs), acrossAreas: true }));
}

/** Adds the tags that define the modes of the flows: a filter's flow reaches the next tank in one mode and the drain in another. */
function withModes(part: readonly number[], members: readonly number[], tags: TagTable): number[] {
  const modeTags = new Set(part.flatMap((index) => tags.at(index).modes?.tag ?? []));
  const wanted = members.filter((index) => !part.includes(index) && modeTags.has(tags.at(index).name));
  return [...part, ...wanted].slice(0, Math.max(part.length, largestGroup)).toSorted((a, b) => a - b);
}

/** Divides tags into parts of neighbouring areas. An area that is too large alone is in no part. */
function neighbours(members: readonly number[], tags: TagTable): number[][] {
  const areas = [...Map.groupBy(members, (index) => tags.at(index).area).values()].filter(({ length }) => length < largestGroup);
  const parts: number[][] = [];
  let last: readonly number[] = [];
  for (const area of areas) {
    const part = parts.at(-1);
    if (part !== undefined && part.length + area.length <= largestGroup) part.push(...area);
    else parts.push(last.length + area.length <= largestGroup ? [...last, ...area] : [...area]);
    last = area;
  }
  return parts;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function group(name: string, members: readonly number[], tags: TagTable, periodMs: number): DetectorGroup {
  const slowest = Math.max(...members.map((index) => tags.at(index).scanMs));
  return { name, tags: members, periodMs: Math.max(periodMs, slowest) };
}
