import type { Batch } from '../core/batch.ts';
import { isUsable } from '../core/quality.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import { Columns } from './columns.ts';
import { hasValue } from './intake.ts';
import { called } from './words.ts';

/** The modes of the tags that a detector watches, by the tags that define them. */
export interface ModePlan {
  /** Tags that define a mode, by table index; `source` elsewhere is an index into this list. */
  readonly sources: readonly number[];
  /** By table index of a watched tag: its source, or −1 if it has no modes. */
  readonly sourceOf: Int32Array;
  /** By table index of a watched tag: the names of its modes in order; empty if it has none. */
  readonly names: readonly (readonly string[])[];
  /** By source: the index of a value's mode among the names. */
  readonly placeOf: readonly ReadonlyMap<number, number>[];
  /** By source: the index of any other value; NaN if that is no mode. */
  readonly otherwise: Float64Array;
  /** By source: the largest value that counts as 0; −∞ if only 0 does. */
  readonly floor: Float64Array;
  readonly settleMs: Float64Array;
}

/** Modes apply to measurements: set-points and counters are the same in all modes. */
export const isByMode = ({ modes, kind, role }: Tag): boolean =>
  modes !== undefined && kind === 'analog' && role === 'measurement';

/** A tag with the name of a mode: "Filter 1 head loss (washing)". */
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
    const modeTag = tag.modes === undefined ? undefined : tags.indexOf(tag.modes.tag);
    if (tag.modes === undefined || modeTag === undefined || !isByMode(tag)) continue;
    const rest = tag.modes.otherwise;
    const modes = [...new Set([...Object.values(tag.modes.of), ...(rest === undefined ? [] : [rest])])];
    let source = sources.indexOf(modeTag);
    if (source < 0) {
      source = sources.push(modeTag) - 1;
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

/** Index of the mode that a value of a source gives; NaN if it gives none. */
export function modeAt({ placeOf, otherwise, floor }: ModePlan, source: number, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  const known = value <= (floor[source] as number) ? 0 : value;
  return placeOf[source]?.get(known) ?? (otherwise[source] as number);
}

/**
 * Follows the modes of equipment through a stream of batches, and holds each sample of a tag with modes until the next one. The
 * current of a pump is often read before the contact that reports the running pump, and its mode is known only then.
 */
export class ModeWatch {
  /** One channel for each source. */
  readonly state: Columns;
  /** One channel for each tag of the table, if any tag has modes. */
  readonly held: Columns;
  /** Time of the sample that `release` returned, ms UTC. */
  time = Number.NaN;
  value = Number.NaN;
  readonly #heldTime: Float64Array;
  readonly #heldValue: Float64Array;
  readonly #plan: ModePlan;
  /** Index of the present mode; NaN while it is unknown. */
  readonly #place: Float64Array;
  /** Start of the present mode, ms UTC. */
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

  /** Reads the mode tags of a batch, before its other values, because they were read together. */
  take(batch: Batch): void {
    if (this.#plan.sources.length === 0) return;
    for (let row = 0; row < batch.length; row++) {
      const source = this.#source[batch.tag[row] as number] ?? -1;
      const time = batch.sourceTime[row] as number;
      if (source < 0 || !isUsable(batch.quality[row] as number) || !Number.isFinite(time)) continue;
      const place = modeAt(this.#plan, source, batch.value[row] as number);
      if (Object.is(place, this.#place[source])) continue;
      this.#place[source] = place;
      this.#since[source] = time;
    }
  }

  clear(): void {
    this.state.clear();
    this.held.clear();
  }

  /** Holds a sample of a tag with modes, and returns the previous one in `time` and `value`. False if there is none. */
  release(batch: Batch, row: number): boolean {
    const tag = batch.tag[row] as number;
    const [time, value] = [batch.sourceTime[row] as number, batch.value[row] as number];
    this.time = this.#heldTime[tag] as number;
    this.value = this.#heldValue[tag] as number;
    // one with the time of the held sample repeats it
    if (!hasValue(batch, row) || !Number.isFinite(time) || !Number.isFinite(value) || time === this.time) return false;
    this.#heldTime[tag] = time;
    this.#heldValue[tag] = value;
    return !Number.isNaN(this.time);
  }

  /** Index of the present mode of a tag; −1 while it is unknown or has just changed. */
  placeOf(tag: number, time: number): number {
    const source = this.#plan.sourceOf[tag] as number;
    const place = this.#place[source] as number;
    const settled = time - (this.#since[source] as number) >= (this.#plan.settleMs[source] as number);
    return settled && place >= 0 ? place : -1;
  }
}
