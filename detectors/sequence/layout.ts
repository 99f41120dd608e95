import type { DetectorTarget } from '../../src/core/detector.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';

/** Maximum number of tags of one equipment, and of one object in it, that are compared with each other. */
const mostTags = 8;

/** An equipment with more than one discrete tag. */
export interface Place {
  readonly equipment: string;
  readonly area: string;
  /** Indices into the tag table. */
  readonly tags: readonly number[];
  /** Items of its pairs. */
  readonly pairs: readonly number[];
}

/** One tag by itself, or two of one equipment together. */
export interface Item {
  /** Slots, an index into `Layout.tags` each. */
  readonly members: readonly number[];
  /** The tag's name, or both. */
  readonly key: string;
  /** Minimum duration before a combination counts: two tags are not read at the same instant. */
  readonly holdMs: number;
}

/**
 * Pairs of an equipment that are compared: those of its first tags, and those of each object in it. The tags of an object, such as one of the
 * breakers of a transformer, have the same name up to the last part: `QT1H.CMD` and `QT1H.POS`.
 */
function comparedOf(all: readonly number[], tags: TagTable): (readonly [number, number])[] {
  const objectOf = (index: number): string => tags.at(index).name.replace(/[^./_-]+$/, '');
  const first = all.slice(0, mostTags);
  const objects = [...Map.groupBy(all, objectOf).values()].map((list) => list.slice(0, mostTags));
  const others = objects.flatMap(pairsIn).filter((pair) => !pair.every((index) => first.includes(index)));
  return [...pairsIn(first), ...others];
}

const pairsIn = (list: readonly number[]): (readonly [number, number])[] =>
  list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b] as const));

/** Groups of discrete tags, in flat arrays. */
export class Layout {
  readonly table: TagTable;
  readonly places: readonly Place[];
  /** Table indices of the tags that have a slot. */
  readonly tags: readonly number[];
  /** By table index; −1 if a tag has none. */
  readonly slotOf: Int32Array;
  /** Items of single tags, one for each slot and in their order, then the pairs. */
  readonly items: readonly Item[];
  /** By slot. */
  readonly itemsOf: readonly (readonly number[])[];
  /** By item; −1 for those of a single tag. */
  readonly placeOf: Int32Array;

  constructor({ tags, watched }: DetectorTarget) {
    const discrete = watched.filter((index) => tags.at(index).kind === 'discrete' && tags.at(index).equipment !== '');
    const groups = [...Map.groupBy(discrete, (index) => tags.at(index).equipment)]
      .map(([equipment, all]) => ({ equipment, pairs: comparedOf(all, tags) }))
      .filter(({ pairs }) => pairs.length > 0)
      .map((group) => ({ ...group, list: [...new Set(group.pairs.flat())] }));
    this.table = tags;
    this.tags = groups.flatMap(({ list }) => list);
    this.slotOf = new Int32Array(tags.size).fill(-1);
    this.tags.forEach((tag, slot) => (this.slotOf[tag] = slot));
    const items: Item[] = this.tags.map((tag, slot) => ({ members: [slot], key: tags.at(tag).name, holdMs: 0 }));
    this.places = groups.map(({ equipment, list, pairs }) => ({
      equipment,
      area: tags.at(list[0] as number).area,
      tags: list,
      pairs: pairs.map(([a, b]) => items.push(this.#pair(a, b)) - 1),
    }));
    this.items = items;
    this.itemsOf = this.tags.map((_, slot) =>
      items.flatMap(({ members }, item) => (members.some((member) => member === slot) ? [item] : [])),
    );
    this.placeOf = new Int32Array(items.length).fill(-1);
    this.places.forEach(({ pairs }, place) => {
      for (const pair of pairs) this.placeOf[pair] = place;
    });
  }

  /** Slots of a pair. */
  slotsOf(pair: number): readonly [number, number] {
    const [a = 0, b = 0] = this.items[pair]?.members ?? [];
    return [a, b];
  }

  /** Tags of a pair. */
  pairOf(pair: number): readonly [Tag, Tag] {
    const [a, b] = this.slotsOf(pair);
    return [this.table.at(this.tags[a] as number), this.table.at(this.tags[b] as number)];
  }

  #pair(a: number, b: number): Item {
    const [first, second] = [this.table.at(a), this.table.at(b)];
    return {
      members: [this.slotOf[a] as number, this.slotOf[b] as number],
      key: `${first.name} & ${second.name}`,
      holdMs: Math.max(first.scanMs, second.scanMs),
    };
  }
}
