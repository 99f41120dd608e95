import type { Influence } from '../core/influence.ts';
import type { TagTable } from '../core/tag.ts';

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
   * True if a tag of the effect follows one of the cause. A level follows what moves its flows. @param causes names of tags; all tags
   * of their equipment count, because a command moves the measurements of its machine
   */
  follows(effects: readonly string[], causes: readonly string[]): boolean {
    return (
      this.#linked.size > 0 &&
      this.#move(
        effects,
        causes.flatMap((name) => this.#besides(name)),
      )
    );
  }

  /** The same for causes at equipment. */
  followsEquipment(effects: readonly string[], causes: readonly string[]): boolean {
    const own = causes.flatMap((id) => this.tagsAt(id));
    return effects.some((name) => own.includes(name)) || this.#move(effects, own);
  }

  #move(effects: readonly string[], causes: readonly string[]): boolean {
    const from = new Set(causes);
    const moved = new Set(effects.flatMap((name) => [name, ...(this.#balanced.get(name) ?? [])]));
    return [...moved].some((name) => {
      for (const partner of this.#linked.get(name) ?? []) if (from.has(partner)) return true;
      return false;
    });
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
    return equipment === '' ? [name] : this.tagsAt(equipment);
  }

  /** Names of the tags of an equipment. */
  tagsAt(equipment: string): readonly string[] {
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
