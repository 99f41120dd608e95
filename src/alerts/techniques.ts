import type { Technique } from '../core/alert.ts';
import { attackMatrix, techniqueById } from '../core/attack.ts';
import type { Explanation } from '../core/finding.ts';

/**
 * MITRE ATT&CK for ICS techniques of explanations. From process data alone a technique is only possible; its use can only be
 * observed on the network. Ids that the matrix does not contain are omitted, so that no page shows an invented one.
 */
export function techniquesOf(explanations: readonly Pick<Explanation, 'techniques' | 'seen'>[]): Technique[] {
  const seen = new Set(explanations.flatMap((each) => each.seen ?? []));
  const ids = new Set(explanations.flatMap(({ techniques }) => techniques));
  return [...ids].flatMap((id) => {
    const technique = techniqueById(id);
    if (technique === undefined) return [];
    const certainty = seen.has(id) ? ('seen' as const) : ('possible' as const);
    return [{ id, name: technique.name, idV18: technique.v18 ?? '', version: attackMatrix.version, certainty }];
  });
}
