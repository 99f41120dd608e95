import type { Area } from '../../core/monitor.ts';

type Links = Map<string, Set<string>>;
const none: ReadonlySet<string> = new Set();

/** Supplies between equipment, as the configuration states them: through these an event at one equipment reaches another one. */
export class Supplies {
  /** Equipment that depends directly on each, and direct supplies of each. */
  readonly #consumers: Links = new Map();
  readonly #supplies: Links = new Map();
  /** Each equipment with everything that depends on it, and with everything that it depends on. */
  readonly #reached = new Map<string, ReadonlySet<string>>();
  readonly #origins = new Map<string, ReadonlySet<string>>();

  constructor(areas: readonly Pick<Area, 'equipment'>[] = []) {
    for (const { id, dependsOn = [] } of areas.flatMap(({ equipment }) => equipment)) {
      for (const supply of dependsOn) {
        add(this.#consumers, supply, id);
        add(this.#supplies, id, supply);
      }
    }
  }

  /** True if the configuration states what supplies an equipment, or what it supplies. */
  states(equipment: string): boolean {
    return this.#consumers.has(equipment) || this.#supplies.has(equipment);
  }

  /** Equipment that depends directly on one. */
  consumersOf(equipment: string): ReadonlySet<string> {
    return this.#consumers.get(equipment) ?? none;
  }

  /** Equipment on which one depends directly. */
  suppliesOf(equipment: string): ReadonlySet<string> {
    return this.#supplies.get(equipment) ?? none;
  }

  /** The same also through others, without itself. */
  allSuppliesOf(equipment: string): ReadonlySet<string> {
    const all = new Set(closure(this.#supplies, this.#origins, equipment));
    all.delete(equipment);
    return all;
  }

  /**
   * How supplies relate two equipment: `SUP → LA` if one supplies the other, directly or through others, `SUP → LA, LB` if both have one
   * direct supply, `LA, LB → ST` if both supply a third. Undefined if they do not.
   */
  linkOf(one: string, other: string): string | undefined {
    if (one === other) return undefined;
    if (closure(this.#supplies, this.#origins, other).has(one)) return `${one} → ${other}`;
    if (closure(this.#supplies, this.#origins, one).has(other)) return `${other} → ${one}`;
    const supply = common(this.suppliesOf(one), this.suppliesOf(other));
    if (supply !== undefined) return `${supply} → ${one}, ${other}`;
    const consumer = common(this.consumersOf(one), this.consumersOf(other));
    return consumer && `${one}, ${other} → ${consumer}`;
  }

  /**
   * False if the configuration states supplies of both, and neither supplies the other or what the other supplies: loads of one supply follow
   * the same day and are correlated without an influence.
   */
  mayRelate(one: string, other: string): boolean {
    if (one === other || !this.states(one) || !this.states(other)) return true;
    return common(closure(this.#consumers, this.#reached, one), closure(this.#consumers, this.#reached, other)) !== undefined;
  }
}

function add(links: Links, from: string, to: string): void {
  const known = links.get(from);
  if (known === undefined) links.set(from, new Set([to]));
  else known.add(to);
}

/** An equipment with everything that links reach from it. */
function closure(links: Links, known: Map<string, ReadonlySet<string>>, equipment: string): ReadonlySet<string> {
  const before = known.get(equipment);
  if (before !== undefined) return before;
  const reached = new Set([equipment]);
  // a set is iterated in the order of its members, those added meanwhile included
  for (const each of reached) for (const next of links.get(each) ?? none) reached.add(next);
  known.set(equipment, reached);
  return reached;
}

function common(some: ReadonlySet<string>, others: ReadonlySet<string>): string | undefined {
  const [few, many] = some.size < others.size ? [some, others] : [others, some];
  for (const each of few) if (many.has(each)) return each;
  return undefined;
}
