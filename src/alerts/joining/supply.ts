import type { JoiningRule } from './rule.ts';

/**
 * The configuration states that one supplies the other, directly or through others, or that both have one direct supply or supply one equipment.
 * What one supply loses, all of its consumers lose; of two infeeds the second one delivers what the first one does not.
 */
export const supply: JoiningRule = {
  name: 'supply',
  *filed(side, site) {
    for (const one of site.equipmentOf(side)) {
      if (!site.supplies.states(one)) continue;
      yield `at ${one}`;
      for (const each of site.supplies.allSuppliesOf(one)) yield `below ${each}`;
      for (const each of site.supplies.suppliesOf(one)) yield `fed by ${each}`;
      for (const each of site.supplies.consumersOf(one)) yield `feeds ${each}`;
    }
  },
  *sought(finding, site) {
    for (const one of site.equipmentOf(finding)) {
      if (!site.supplies.states(one)) continue;
      yield `below ${one}`;
      for (const each of site.supplies.allSuppliesOf(one)) yield `at ${each}`;
      for (const each of site.supplies.suppliesOf(one)) yield `fed by ${each}`;
      for (const each of site.supplies.consumersOf(one)) yield `feeds ${each}`;
    }
  },
  joins(alert, finding, site) {
    const others = site.equipmentOf(alert);
    for (const own of site.equipmentOf(finding))
      for (const other of others) {
        const text = site.supplies.linkOf(other, own);
        if (text !== undefined) return { rule: 'supply', text };
      }
    return undefined;
  },
};
