import type { Batch } from '../core/batch.ts';
import { isUsable } from '../core/quality.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import { Columns } from './columns.ts';
import { hasValue, sourceTimeOf } from './intake.ts';
import { called } from './words.ts';

/** The modes of the tags that a detector watches, by the tags that tell them. */
export interface ModePlan {
  /** Tags that tell a mode, by table index; `source` elsewhere is an index into this list. */
  readonly sources: readonly number[];
  /** By table index of a watched tag: its source, or −1 where it has no modes. */
  readonly sourceOf: Int32Array;
  /** By table index of a watched tag: the names of its modes in their order; empty where it has none. */
  readonly names: readonly (readonly string[])[];
  /** By source: the place of a value's mode among the names. */
  readonly placeOf: readonly ReadonlyMap<number, number>[];
  /** By source: the place of any other value; NaN where that is no mode. */
  readonly otherwise: Float64Array;
  /** By source: up to which value it is 0; −∞ where nothing but 0 is. */
  readonly floor: Float64Array;
  readonly settleMs: Float64Array;
}

/** Modes apply to what is measured: what people set and what counts is the same in all of them. */
export const isByMode = ({ modes, kind, role }: Tag): boolean =>
  modes !== undefined && kind === 'analog' && role === 'measurement';

/** A tag as it is called in a mode: "Filter 1 head loss (washing)". */
export const inMode = (tag: Tag, mode: string): Tag => ({ ...tag, description: `${called(tag)} (${mode})` });

export function planModes(tags: TagTable, watched: readonly number[]): ModePlan {
  const sources: number[] = [];
  const placeOf: Map<number, number>[] = [];
  const otherwise: number[] = [];
  const floor: number[] = [];
  const settleMs: number[] = [];
  const sourceOf = new Int32Array(tags.size).fill(-1);
  // one empty list for all: a site has few tags with modes, and each detector has such a plan
  const none: readonly string[] = [];
  const names = Array.from({ length: tags.size }, () => none);
  for (const index of watched) {
    const tag = tags.at(index);
    const told = tag.modes === undefined ? undefined : tags.indexOf(tag.modes.tag);
    if (tag.modes === undefined || told === undefined || !isByMode(tag)) continue;
    const rest = tag.modes.otherwise;
    const modes = [...new Set([...Object.values(tag.modes.of), ...(rest === undefined ? [] : [rest])])];
    let source = sources.indexOf(told);
    if (source < 0) {
      source = sources.push(told) - 1;
      settleMs.push(tag.modes.settleMs);
      floor.push(tag.modes.floor ?? Number.NEGATIVE_INFINITY);
      otherwise.push(rest === undefined ? Number.NaN : modes.indexOf(rest));
      placeOf.push(new Map(Object.entries(tag.modes.of).map(([value, mode]) => [Number(value), modes.indexOf(mode)])));
    }
    sourceOf[index] = source;
    names[index] = modes;
  }
  const numbers = { otherwise: Float64Array.from(otherwise), floor: Float64Array.from(floor) };
  return { sources, sourceOf, names, placeOf, ...numbers, settleMs: Float64Array.from(settleMs) };
}

/** Place of the mode that a value of a source tells; NaN where it tells none. */
export function placeTold({ placeOf, otherwise, floor }: ModePlan, source: number, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  const told = value <= (floor[source] as number) ? 0 : value;
  return placeOf[source]?.get(told) ?? (otherwise[source] as number);
}

/**
 * Follows the modes of equipment through a stream of batches, and holds each sample of a tag with modes until the next one: a
 * pump's current is often read before the contact that says that it runs, and only then it is known in which mode it was.
 */
export class ModeWatch {
  /** One channel for each source. */
  readonly state: Columns;
  /** One channel for each tag of the table, if any tag has modes. */
  readonly held: Columns;
  /** Of the sample that `release` gave: ms UTC. */
  time = Number.NaN;
  value = Number.NaN;
  readonly #heldTime: Float64Array;
  readonly #heldValue: Float64Array;
  readonly #plan: ModePlan;
  /** Place of the present mode; NaN while it is unknown. */
  readonly #place: Float64Array;
  /** Since when, ms UTC. */
  readonly #since: Float64Array;
  readonly #source: Int32Array;

  constructor(plan: ModePlan) {
    this.#plan = plan;
    this.state = new Columns(plan.sources.length);
    this.#place = this.state.add('place', 1, Number.NaN);
    this.#since = this.state.add('since', 1, Number.NEGATIVE_INFINITY);
    this.held = new Columns(plan.sources.length === 0 ? 0 : plan.sourceOf.length);
    this.#heldTime = this.held.add('heldTime', 1, Number.NaN);
    this.#heldValue = this.held.add('heldValue', 1, Number.NaN);
    this.#source = new Int32Array(plan.sourceOf.length).fill(-1);
    plan.sources.forEach((index, source) => (this.#source[index] = source));
  }

  /** Takes in what a batch tells of the modes: before its other values, because they were read together. */
  take(batch: Batch): void {
    if (this.#plan.sources.length === 0) return;
    for (let row = 0; row < batch.length; row++) {
      const source = this.#source[batch.tag[row] as number] ?? -1;
      const time = sourceTimeOf(batch, row);
      if (source < 0 || !isUsable(batch.quality[row] as number) || !Number.isFinite(time)) continue;
      const place = placeTold(this.#plan, source, batch.value[row] as number);
      if (Object.is(place, this.#place[source])) continue;
      this.#place[source] = place;
      this.#since[source] = time;
    }
  }

  clear(): void {
    this.state.clear();
    this.held.clear();
  }

  /** Holds a sample of a tag with modes, and gives the one that was held in `time` and `value`. False if there is none. */
  release(batch: Batch, row: number): boolean {
    const tag = batch.tag[row] as number;
    const [time, value] = [sourceTimeOf(batch, row), batch.value[row] as number];
    this.time = this.#heldTime[tag] as number;
    this.value = this.#heldValue[tag] as number;
    if (!hasValue(batch, row) || !Number.isFinite(time) || !Number.isFinite(value) || time <= this.time) return false;
    this.#heldTime[tag] = time;
    this.#heldValue[tag] = value;
    return !Number.isNaN(this.time);
  }

  /** Place of the mode in which a tag is; −1 while it is unknown or has just changed. */
  placeOf(tag: number, time: number): number {
    const source = this.#plan.sourceOf[tag] as number;
    const place = this.#place[source] as number;
    const settled = time - (this.#since[source] as number) >= (this.#plan.settleMs[source] as number);
    return settled && place >= 0 ? place : -1;
  }
}
