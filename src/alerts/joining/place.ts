import type { JoiningSite } from './site.ts';
import type { JoiningRule } from './rule.ts';
import type { Side } from './side.ts';

/** Equipment of a finding or alert, and the device that it concerns itself. An area is no place: much happens in one at the same time. */
function* placesOf(side: Side, site: JoiningSite): Iterable<string> {
  for (const equipment of site.equipmentOf(side)) yield `equipment ${equipment}`;
  if (side.device !== undefined) yield `device ${side.device}`;
}

/** Both concern one equipment, or one device itself. A tag that a client wrote is at the place of its equipment. */
export const place: JoiningRule = {
  name: 'place',
  filed: placesOf,
  sought: placesOf,
  joins(alert, finding, site) {
    const own = new Set(placesOf(finding, site));
    for (const each of placesOf(alert, site))
      if (own.has(each)) return { rule: 'place', text: each.slice(each.indexOf(' ') + 1) };
    return undefined;
  },
};
