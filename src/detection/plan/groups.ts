import type { DetectorGroup } from '../../core/detector.ts';
import type { Tag, TagTable } from '../../core/tag.ts';

/** Most tags of a group. Larger vectors cost too much, and a calibration of days has too few independent rows for them. */
const largestGroup = 60;

/**
 * True for tags with a numerical relation to others. Texts and counters have none. Set-points change too rarely for a calibration
 * to learn their effect, and have their own detectors.
 */
const belongs = ({ kind, role }: Tag): boolean =>
  (kind === 'analog' || kind === 'discrete') && role !== 'setpoint' && role !== 'parameter';

/**
 * Groups of a site that defines none: the whole site if it has few tags, otherwise one per area. An area with too many tags is
 * divided by equipment.
 * @param periodMs period of the vectors; at least the slowest scan period of the tags is used
 */
export function defaultGroups(tags: TagTable, periodMs: number): DetectorGroup[] {
  const members = tags.tags.flatMap((tag, index) => (belongs(tag) ? [index] : []));
  if (members.length < 2) return [];
  if (members.length <= largestGroup) return [group('site', members, tags, periodMs)];
  const byArea = Map.groupBy(members, (index) => tags.at(index).area);
  return [...byArea].flatMap(([area, indices]) => {
    const parts = Math.ceil(indices.length / largestGroup);
    const sorted = indices.toSorted((a, b) => compare(tags.at(a).equipment, tags.at(b).equipment) || a - b);
    const size = Math.ceil(sorted.length / parts);
    return Array.from({ length: parts }, (_, part) =>
      group(parts === 1 ? area : `${area}-${part + 1}`, sorted.slice(part * size, (part + 1) * size), tags, periodMs),
    ).filter(({ tags: list }) => list.length >= 2);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function group(name: string, members: readonly number[], tags: TagTable, periodMs: number): DetectorGroup {
  const slowest = Math.max(...members.map((index) => tags.at(index).scanMs));
  return { name, tags: members, periodMs: Math.max(periodMs, slowest) };
}
