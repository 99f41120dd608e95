import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Vector } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { channelOf } from './channel.ts';
import type { Row } from './judging/group.ts';
import { Place } from './place.ts';

/** Minimum number of tags of an equipment for relations of its own. */
const fewestTags = 3;
/** Minimum number of measurements: how one measurement answers to switches is learned by `response`, with its dead time. */
const fewestMeasured = 2;
/**
 * Shortest calibration, ms. The few tags of one equipment follow slow conditions, such as the raw water, which one day shows once: on other
 * days of a waterworks the dose of alum did not match what one day had taught.
 */
const leastSpanMs = 1.5 * 86_400_000;
/** Largest share of a group's tags: the relations of a larger part are those of the group. */
const mostOfGroup = 0.5;

/**
 * The tags of one equipment in a group: the relations between them alone. In a group of forty tags, a pump that runs with the current of
 * an idle one moves two of forty surprises, and means over the group hardly show it.
 */
export class EquipmentPart {
  readonly place: Place;
  readonly #columns: readonly number[];

  constructor(group: DetectorGroup, equipment: string, tags: TagTable, watched: ReadonlySet<number>) {
    this.#columns = group.tags.flatMap((tag, column) => (tags.at(tag).equipment === equipment ? [column] : []));
    const own = this.#columns.map((column) => group.tags[column] as number);
    this.place = new Place(
      channelOf(`${group.name}/${equipment}`, own, tags, watched),
      { ...group, name: equipment, tags: own },
      own.map((tag) => tags.at(tag)),
      false,
      leastSpanMs,
    );
  }

  /** Its part of a vector of the group. */
  rowOf({ time, value, mask }: Vector): Row {
    return {
      time,
      value: Float64Array.from(this.#columns, (column) => value[column] as number),
      mask: Uint8Array.from(this.#columns, (column) => mask[column] as number),
    };
  }
}

/**
 * Equipment of a group with enough tags for relations of its own. Equipment with modes has its relations in each mode instead.
 * @param byMode equipment with relations by mode
 */
export function equipmentPartsOf(
  group: DetectorGroup,
  tags: TagTable,
  watched: ReadonlySet<number>,
  byMode: ReadonlySet<string>,
): EquipmentPart[] {
  const byEquipment = Map.groupBy(group.tags, (tag) => tags.at(tag).equipment);
  return [...byEquipment].flatMap(([equipment, own]) => {
    const measured = own.filter((tag) => tags.at(tag).role === 'measurement').length;
    const isPart = equipment !== '' && own.length >= fewestTags && own.length <= mostOfGroup * group.tags.length;
    return measured >= fewestMeasured && isPart && !byMode.has(equipment)
      ? [new EquipmentPart(group, equipment, tags, watched)]
      : [];
  });
}
