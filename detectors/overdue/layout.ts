import type { Channel, DetectorTarget } from '../../src/core/detector.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { familiesOf } from '../../src/detector-kit/families.ts';

/** States of one item whose entries are learned; entries into further ones count only as changes. */
export const mostStates = 8;
/** Operations of one item: any change, then the entry into each state. */
export const kinds = mostStates + 1;

/** One tag, or similar tags of similar equipment whose operations are learned together. */
export interface Item {
  /** The tag's name, or `FL#.ST` for similar ones. */
  readonly name: string;
  readonly channel: number;
  /** Indices into the tag table. */
  readonly tags: readonly number[];
  readonly isCounter: boolean;
  /** States at which the equipment rests: nobody waits for the entry into one. */
  readonly restsAt: readonly number[];
  /** Scan period of the slowest tag, ms: the step of all times. */
  readonly scanMs: number;
}

/** Positions of everything in flat arrays. */
export class Layout {
  readonly table: TagTable;
  readonly channels: readonly Channel[];
  readonly items: readonly Item[];
  readonly itemsOfChannel: readonly (readonly number[])[];
  /** Watched tags: indices into the tag table. */
  readonly tags: readonly number[];
  /** By table index; −1 for other tags. */
  readonly slotOf: Int32Array;
  /** By slot. */
  readonly itemOf: Int32Array;
  readonly scanMs: Float64Array;
  readonly slotsOfItem: readonly Int32Array[];

  constructor({ tags, watched }: DetectorTarget) {
    this.table = tags;
    this.tags = watched.filter((index) => tags.at(index).kind === 'discrete' || tags.at(index).kind === 'counter');
    this.slotOf = new Int32Array(tags.size).fill(-1);
    this.tags.forEach((tag, slot) => (this.slotOf[tag] = slot));
    const families = familiesOf(this.tags, tags);
    const members = Map.groupBy(this.tags, (tag) => families.get(tag) ?? '');
    const placeOf = (list: readonly number[]): string => {
      const { equipment, name } = tags.at(list[0] as number);
      const isFamily = list.length > 1;
      const place = equipment === '' ? name : equipment;
      return isFamily ? place.replaceAll(/\d+/g, '#') : place;
    };
    const byPlace = Map.groupBy(members, ([, list]) => placeOf(list));
    const items: Item[] = [];
    this.channels = [...byPlace].map(([key, list], channel) => {
      for (const [name, own] of list) {
        const some = own.map((tag) => tags.at(tag));
        items.push({
          name,
          channel,
          tags: own,
          isCounter: some[0]?.kind === 'counter',
          restsAt: [...new Set(some.flatMap(({ restsAt }) => restsAt ?? []))],
          scanMs: Math.max(...some.map(({ scanMs }) => scanMs)),
        });
      }
      const all = list.flatMap(([, own]) => own);
      return {
        key,
        tags: all,
        ...locationOf(
          all.map((tag) => tags.at(tag)),
          tags,
        ),
      };
    });
    this.items = items;
    this.itemsOfChannel = this.channels.map((_, channel) => [...items.keys()].filter((item) => items[item]?.channel === channel));
    this.itemOf = new Int32Array(this.tags.length);
    this.scanMs = Float64Array.from(this.tags, (tag) => tags.at(tag).scanMs);
    this.slotsOfItem = items.map((item) => Int32Array.from(item.tags, (tag) => this.slotOf[tag] as number));
    this.slotsOfItem.forEach((slots, item) => slots.forEach((slot) => (this.itemOf[slot] = item)));
  }

  itemNames(): string[] {
    return this.items.map(({ name }) => name);
  }

  tagNames(): string[] {
    return this.tags.map((tag) => this.table.at(tag).name);
  }
}

/** The common area and equipment of tags; of different equipment, their station (`PS` for `PS.P1` and `PS.P2`) if the site has it. */
function locationOf(some: readonly Tag[], { tags }: TagTable): { readonly area: string; readonly equipment: string } {
  const areas = new Set(some.map(({ area }) => area));
  const [area = ''] = areas;
  const own = [...new Set(some.map(({ equipment }) => equipment))];
  const [first = ''] = own;
  const station = first.split('.').slice(0, -1).join('.');
  const isStation =
    station !== '' && own.every((one) => one.startsWith(`${station}.`)) && tags.some((tag) => tag.equipment === station);
  return { area: areas.size === 1 ? area : '', equipment: own.length === 1 ? first : isStation ? station : '' };
}
