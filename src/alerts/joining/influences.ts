import type { Influence } from '../../core/influence.ts';
import type { TagTable } from '../../core/tag.ts';

/** Learned influences between tags, by which a consequence in another part of the plant is known. */
export class Influences {
  readonly #tags: TagTable;
  /** Partners of each tag, by name. */
  readonly #linked = new Map<string, Set<string>>();
  readonly #balanced = new Map<string, Set<string>>();
  #byEquipment: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(tags: TagTable, learned: readonly Influence[] = []) {
    this.#tags = tags;
    for (const { tags: pair, isBalance } of learned) {
      connect(this.#linked, pair);
      if (isBalance === true) connect(this.#balanced, pair);
    }
  }

  /**
   * A tag of the causes' equipment and the tag of the effect that follows it, if there are such: a command moves the measurements of its
   * machine. A level follows what moves its flows.
   */
  linkOf(effects: readonly string[], causes: readonly string[]): readonly [cause: string, effect: string] | undefined {
    if (this.#linked.size === 0) return undefined;
    const from = new Set(this.besides(causes));
    for (const effect of effects)
      for (const moved of [effect, ...(this.#balanced.get(effect) ?? [])])
        for (const partner of this.#linked.get(moved) ?? []) if (from.has(partner)) return [partner, effect];
    return undefined;
  }

  /** Tags that move one of the effects. */
  movedBy(effects: readonly string[]): ReadonlySet<string> {
    const moved = effects.flatMap((name) => [name, ...(this.#balanced.get(name) ?? [])]);
    return new Set(moved.flatMap((name) => [...(this.#linked.get(name) ?? [])]));
  }

  /** Tags of the causes and of their equipment that move others. */
  besides(causes: readonly string[]): ReadonlySet<string> {
    if (this.#linked.size === 0) return new Set();
    return new Set(causes.flatMap((name) => this.#besides(name)).filter((name) => this.#linked.has(name)));
  }

  /** Tags of the equipment of the causes, and those that follow one of them. */
  consequencesOf(causes: readonly string[]): ReadonlySet<string> {
    const own = new Set(causes.flatMap((name) => this.#besides(name)));
    const moved = [...own].flatMap((name) => [...(this.#linked.get(name) ?? [])]);
    return new Set([...own, ...moved, ...moved.flatMap((name) => [...(this.#balanced.get(name) ?? [])])]);
  }

  /** A tag with all tags of its equipment. */
  #besides(name: string): readonly string[] {
    const equipment = this.#tags.tags[this.#tags.indexOf(name) ?? -1]?.equipment ?? '';
    return equipment === '' ? [name] : this.#tagsAt(equipment);
  }

  #tagsAt(equipment: string): readonly string[] {
    this.#byEquipment ??= new Map(
      [...Map.groupBy(this.#tags.tags, (tag) => tag.equipment)].map(([id, own]) => [id, own.map((tag) => tag.name)]),
    );
    return this.#byEquipment.get(equipment) ?? [];
  }
}

function connect(partners: Map<string, Set<string>>, [a, b]: Influence['tags']): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const known = partners.get(one) ?? new Set();
    known.add(other);
    partners.set(one, known);
  }
}
