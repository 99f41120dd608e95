import type { DetectorGroup, Report } from '../../src/core/detector.ts';
import type { Vector } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { inMode, type ModePlan, modeAt, planModes } from '../../src/detector-kit/modes.ts';
import { gapPeriods } from '../../src/detector-kit/rows.ts';
import type { Row } from './judging/group.ts';
import { channelOf } from './channel.ts';
import { Place } from './place.ts';

export interface HeldSnapshot {
  readonly place: number;
  readonly row: Row | undefined;
}

/**
 * Holds each row until the next one. A current is often read before the contact that reports the running pump. Only the next row
 * shows if the held row was completely in its mode.
 */
class HeldRow {
  /** True if the returned row is the first of its stay. */
  isFirst = false;
  readonly #gapMs: number;
  #place = -1;
  #row: Row | undefined;
  /** The last returned row: ms UTC, and its mode. */
  #givenAt = Number.NaN;
  #givenIn = -1;

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** Processes a row, and returns the previous one if it was in the same mode. */
  next(place: number, row: Row): Row | undefined {
    const before = this.#row;
    const step = row.time - (before?.time ?? Number.NaN);
    const given = place >= 0 && place === this.#place && step > 0 && step <= this.#gapMs ? before : undefined;
    this.#place = place;
    this.#row = place < 0 ? undefined : row;
    if (given === undefined) return undefined;
    // a missing row in the middle does not split a stay
    this.isFirst = place !== this.#givenIn || !(given.time - this.#givenAt <= this.#gapMs);
    this.#givenAt = given.time;
    this.#givenIn = place;
    return given;
  }

  clear(): void {
    this.restore({ place: -1, row: undefined });
  }

  snapshot(): HeldSnapshot {
    return structuredClone({ place: this.#place, row: this.#row });
  }

  restore(snapshot: HeldSnapshot): void {
    const { place, row } = structuredClone(snapshot);
    this.#place = place;
    this.#row = row;
    this.#givenIn = -1;
  }
}

/**
 * Measurements of a group in modes that one of its tags defines: the relations in each of these modes. Other tags of the group
 * are excluded, because most of their movement comes from other equipment in its own modes. States and commands are excluded
 * because they define the modes: a pump runs for a moment after its stop command.
 */
export class ModeSet {
  /** Unique in the detector. */
  readonly key: string;
  /** One for each mode. */
  readonly places: readonly Place[];
  readonly #modeColumn: number;
  /** Measurements in these modes; masked while the equipment settles or is in none of the modes. */
  readonly #columns: readonly number[];
  readonly #plan: ModePlan;
  readonly #source: number;
  readonly #running: HeldRow;
  readonly #learning: HeldRow;

  constructor(group: DetectorGroup, tags: TagTable, watched: ReadonlySet<number>, plan: ModePlan, source: number) {
    const modeTag = plan.sources[source] as number;
    const { name } = tags.at(modeTag);
    const columns = group.tags.flatMap((tag, column) => (plan.sourceOf[tag] === source ? [column] : []));
    const own = columns.map((column) => group.tags[column] as number);
    this.#modeColumn = group.tags.indexOf(modeTag);
    this.#columns = columns;
    this.#plan = plan;
    this.#source = source;
    this.#running = new HeldRow(gapPeriods * group.periodMs);
    this.#learning = new HeldRow(gapPeriods * group.periodMs);
    this.key = `${group.name}/${name}`;
    const modes = plan.names[own[0] as number] ?? [];
    this.places = modes.map((mode) => {
      const channel = channelOf(`${this.key}/${mode}`, own, tags, watched);
      const called = channel.equipment === '' ? group.name : channel.equipment;
      return new Place(
        channel,
        { ...group, name: called, tags: own },
        own.map((tag) => inMode(tags.at(tag), mode)),
      );
    });
  }

  begin(): void {
    this.#learning.clear();
  }

  learn(vector: Vector): void {
    const place = this.#placeAt(vector);
    const row = this.#learning.next(place, this.#rowOf(vector));
    if (row === undefined) return;
    if (this.#learning.isFirst) this.places[place]?.beginStay();
    this.places[place]?.learn(row);
  }

  /** @param first channel of the first mode */
  score(vector: Vector, first: number, report: Report): void {
    const present = this.#placeAt(vector);
    const row = this.#running.next(present, this.#rowOf(vector));
    this.places.forEach(({ judged }, place) => {
      if (judged === undefined) return;
      if (row !== undefined && place === present) {
        report(first + place, row.time, judged.score(row));
        return;
      }
      // a deviation in another mode ends with that mode
      judged.leave();
      report(first + place, vector.time, 0);
    });
  }

  snapshot(): HeldSnapshot {
    return this.#running.snapshot();
  }

  restore(snapshot: HeldSnapshot | undefined): void {
    if (snapshot === undefined) this.#running.clear();
    else this.#running.restore(snapshot);
  }

  /** Index of the mode of a vector; −1 while it is unknown or settles. */
  #placeAt({ value, mask }: Vector): number {
    if (this.#columns.every((column) => mask[column] === 1)) return -1;
    const place = modeAt(this.#plan, this.#source, value[this.#modeColumn] as number);
    return Number.isNaN(place) ? -1 : place;
  }

  #rowOf({ time, value, mask }: Vector): Row {
    return {
      time,
      value: Float64Array.from(this.#columns, (column) => value[column] as number),
      mask: Uint8Array.from(this.#columns, (column) => mask[column] as number),
    };
  }
}

/** Minimum number of measurements in one mode for relations. */
const fewestMeasured = 2;

/** Mode sets of a group: one for each of its tags that defines the mode of at least two of its measurements. */
export function modeSetsOf(group: DetectorGroup, tags: TagTable, watched: ReadonlySet<number>): ModeSet[] {
  const plan = planModes(tags, group.tags);
  return plan.sources.flatMap((modeTag, source) => {
    const measured = group.tags.filter((tag) => plan.sourceOf[tag] === source);
    if (!group.tags.includes(modeTag) || measured.length < fewestMeasured) return [];
    return [new ModeSet(group, tags, watched, plan, source)];
  });
}
