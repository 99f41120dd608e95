import type { Influence } from '../../core/influence.ts';
import type { Area } from '../../core/monitor.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { tagsOf } from './client-acts.ts';
import { Supplies } from './supplies.ts';
import { Influences } from './influences.ts';
import type { Side } from './side.ts';

export interface JoiningSiteOptions {
  readonly tags: TagTable;
  /** Equipment with its supplies. */
  readonly areas?: readonly Pick<Area, 'equipment'>[] | undefined;
}

/** Facts about the plant by which findings join: tags, stated supplies, learned influences. */
export class JoiningSite {
  readonly supplies: Supplies;
  readonly #tags: TagTable;
  #influences: Influences;

  constructor({ tags, areas = [] }: JoiningSiteOptions) {
    this.#tags = tags;
    this.supplies = new Supplies(areas);
    this.#influences = new Influences(tags);
  }

  get influences(): Influences {
    return this.#influences;
  }

  /**
   * Uses the influences of another baseline from now on. Loads of one busbar follow the same day and are correlated: where supplies are
   * stated, a pair that they do not relate is no cause, unless both are terms of one sum.
   */
  use(learned: readonly Influence[]): void {
    const equipmentOf = (name: string): string => this.known([name])[0]?.equipment ?? '';
    const causal = learned.filter(
      ({ tags: [a, b], isSum }) => isSum === true || this.supplies.mayRelate(equipmentOf(a), equipmentOf(b)),
    );
    this.#influences = new Influences(this.#tags, causal);
  }

  known(names: readonly string[]): Tag[] {
    return names.flatMap((name) => this.#tags.tags[this.#tags.indexOf(name) ?? -1] ?? []);
  }

  /** Equipment of a finding or alert, and of its tags. */
  equipmentOf(side: Side): ReadonlySet<string> {
    const all = [side.equipment, ...this.known(tagsOf(side)).map(({ equipment }) => equipment)];
    return new Set(all.filter((each) => each !== ''));
  }

  /** Tags to which something may happen because of what a finding or alert states. */
  consequencesOf(side: Side): ReadonlySet<string> {
    return this.#influences.consequencesOf(tagsOf(side));
  }

  /** Devices of tags, and those under which other protocols know them. */
  devicesOf(names: readonly string[]): ReadonlySet<string> {
    return new Set(this.known(names).flatMap(({ device, aliases = [] }) => [device, ...aliases.map((one) => one.device)]));
  }
}
