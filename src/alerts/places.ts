import type { Alert } from '../core/alert.ts';
import type { Located } from '../core/join.ts';
import type { MaintenancePlace } from '../core/maintenance.ts';
import type { Tag, TagTable } from '../core/tag.ts';

/** True if a tag belongs to the place. */
export const isAt = (tag: Tag, { kind, id }: MaintenancePlace): boolean => tag[kind] === id;

/** True if all tags of a finding belong to the places; a finding about a device or without known tags has a place of its own. */
export function covers(
  places: readonly MaintenancePlace[],
  { area, equipment, device, tags }: Located & { readonly tags: readonly string[] },
  table: TagTable,
): boolean {
  if (places.length === 0) return false;
  if (device !== undefined) return places.some(({ kind, id }) => kind === 'device' && id === device);
  const concerned = tags.flatMap((name) => {
    const index = table.indexOf(name);
    return index === undefined ? [] : [table.at(index)];
  });
  if (concerned.length > 0) return concerned.every((tag) => places.some((place) => isAt(tag, place)));
  return places.some(({ kind, id }) => (kind === 'area' && id === area) || (kind === 'equipment' && id === equipment));
}

/** True if all open findings of an alert are covered; all of its tags if none is open. */
export function areFindingsCovered(
  alert: Alert,
  isCovered: (finding: Located & { readonly tags: readonly string[] }) => boolean,
): boolean {
  const open = alert.findings.filter(({ endedAt }) => endedAt === undefined);
  const { area, equipment, device } = alert;
  const isOfTags = (tags: readonly string[]): boolean => isCovered({ area, equipment, device, tags });
  // only the alert holds the tags of a finding that is not listed
  const hidesOpen = (alert.unlisted?.open ?? 0) > 0;
  return open.length === 0 || hidesOpen ? isOfTags(alert.tags) : open.every(({ tags }) => isOfTags(tags));
}

export const coversFindings = (places: readonly MaintenancePlace[], alert: Alert, table: TagTable): boolean =>
  areFindingsCovered(alert, (finding) => covers(places, finding, table));
