import type { Area } from '../core/monitor.ts';

/** Supplies between equipment, as the configuration states them: through these an event at one equipment reaches another one. */
export class Dependencies {
  /** Equipment that depends directly on each. */
  readonly #consumers = new Map<string, Set<string>>();
  readonly #stated = new Set<string>();
  /** Each equipment with everything that depends on it. */
  readonly #reached = new Map<string, ReadonlySet<string>>();

  constructor(areas: readonly Pick<Area, 'equipment'>[] = []) {
    for (const { id, dependsOn = [] } of areas.flatMap(({ equipment }) => equipment)) {
      for (const supply of dependsOn) {
        this.#stated.add(id).add(supply);
        this.#consumers.set(supply, (this.#consumers.get(supply) ?? new Set()).add(id));
      }
    }
  }

  /** True if the configuration states none. */
  get isEmpty(): boolean {
    return this.#stated.size === 0;
  }

  /** Equipment that depends directly on one. */
  consumersOf(equipment: string): readonly string[] {
    return [...(this.#consumers.get(equipment) ?? [])];
  }

  /**
   * True if one supplies the other, or both supply a third: when one of two infeeds is lost, the other one has to deliver more. Two consumers
   * of one supply do not reach each other.
   */
  areRelated(one: string, other: string): boolean {
    if (!this.#stated.has(one) || !this.#stated.has(other)) return false;
    const reached = this.#reachOf(other);
    return [...this.#reachOf(one)].some((each) => reached.has(each));
  }

  /** False if the configuration states supplies of both, and they do not relate them. */
  mayRelate(one: string, other: string): boolean {
    return one === other || !this.#stated.has(one) || !this.#stated.has(other) || this.areRelated(one, other);
  }

  #reachOf(equipment: string): ReadonlySet<string> {
    const known = this.#reached.get(equipment);
    if (known !== undefined) return known;
    const reached = new Set([equipment]);
    // a set is iterated in the order of its members, those added meanwhile included
    for (const each of reached) for (const consumer of this.#consumers.get(each) ?? []) reached.add(consumer);
    this.#reached.set(equipment, reached);
    return reached;
  }
}
