import type { Batch } from '../../core/batch.ts';
import { isBad } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import type { LearnedStates } from '../../detection/engine/index.ts';
import { type Observation, timeOf } from '../../core/observation.ts';

/** Number of intervals that determine the usual one. */
const sampled = 1_001;
/** An interval this many times the usual one is a gap: the plant was not watched. */
const gapFactor = 20;

/** Most states of a tag: one with more is a number rather than a state. */
const mostStates = 16;

/** Result of a first reading of the data: their amount, their time span, and the observed part of it. */
export class Survey {
  observations = 0;
  /** By tag. */
  readonly samples: Float64Array;
  from = Number.NaN;
  to = Number.NaN;
  #intervals: number[] = [];
  #usual = Number.NaN;
  #covered = 0;

  readonly #states = new Map<number, Set<number>>();
  readonly #tags: TagTable;

  constructor(tags: TagTable) {
    this.#tags = tags;
    this.samples = new Float64Array(tags.size);
    tags.tags.forEach(({ kind, role, equipment }, tag) => {
      if (kind === 'discrete' && (role === 'status' || role === 'command') && equipment !== '') this.#states.set(tag, new Set());
    });
  }

  /** States of the status tags and commands of equipment. */
  get states(): LearnedStates {
    const known = [...this.#states].filter(([, { size }]) => size > 0 && size <= mostStates);
    return Object.fromEntries(known.map(([tag, states]) => [this.#tags.at(tag).name, [...states].toSorted((a, b) => a - b)]));
  }

  observe(observation: Observation): void {
    const time = timeOf(observation);
    this.observations++;
    if (observation.kind === 'batch') this.#count(observation.batch);
    if (Number.isNaN(time)) return;
    const interval = time - this.to;
    if (Number.isNaN(this.to)) this.from = time;
    if (!(interval <= 0)) this.to = time;
    if (!(interval > 0)) return;
    if (Number.isNaN(this.#usual)) {
      this.#intervals.push(interval);
      if (this.#intervals.length >= sampled) this.#settle();
    } else this.#covered += Math.min(interval, gapFactor * this.#usual);
  }

  /** Observed stream time, ms: gaps count as a few intervals. */
  get coveredMs(): number {
    if (Number.isNaN(this.#usual)) this.#settle();
    // the last interval counts too: a row covers the time until the next one
    return this.#covered + this.#usual;
  }

  /** Intervals of the usual length in that time. */
  get rows(): number {
    return this.#usual > 0 ? Math.round(this.coveredMs / this.#usual) : this.observations;
  }

  #count({ tag, value, quality, length }: Batch): void {
    for (let row = 0; row < length; row++) {
      const index = tag[row] as number;
      (this.samples[index] as number)++;
      const states = this.#states.get(index);
      if (states !== undefined && states.size <= mostStates && !isBad(quality[row] as number)) states.add(value[row] as number);
    }
  }

  #settle(): void {
    const sorted = this.#intervals.toSorted((a, b) => a - b);
    this.#usual = sorted[sorted.length >> 1] ?? 0;
    for (const interval of this.#intervals) this.#covered += Math.min(interval, gapFactor * this.#usual);
    this.#intervals = [];
  }
}
