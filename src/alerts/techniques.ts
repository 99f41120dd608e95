import attack from './attack-ics.json' with { type: 'json' };
import type { Technique } from '../core/alert.ts';

const byId = new Map(attack.techniques.map((technique) => [technique.id, technique]));

/**
 * Readings of an alert in MITRE ATT&CK for ICS. From process data alone a technique is only ever possible: that it was used
 * is seen on the wire, or not at all. Ids that the matrix does not have are left out, so that no page shows an invented one.
 */
export function possibleTechniques(ids: readonly string[]): Technique[] {
  return [...new Set(ids)].flatMap((id) => {
    const technique = byId.get(id);
    if (technique === undefined) return [];
    return [{ id, name: technique.name, idV18: technique.v18 ?? '', version: attack.version, certainty: 'possible' as const }];
  });
}
