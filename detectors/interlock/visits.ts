import type { Batch } from '../../src/core/batch.ts';
import type { Json } from '../../src/core/detector.ts';
import { Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import type { Choice, Learned, WholeRange } from './learned.ts';
import { type Layout, Watch } from './watch.ts';

/** Longer steps between batches are gaps, in which nothing is learned. */
const mostStepMs = 60_000;
/**
 * Longest visit, ms. A longer stay is several visits: a breaker that is closed for weeks shows the values of this state on each of its days,
 * and loads repeat daily.
 */
const longestVisitMs = 86_400_000;

/**
 * Learns the range of each companion during a visit of a variable in one state, and adds it to the learned ranges at the end of
 * the visit. During a calibration all pairs are kept; afterwards the selected ones.
 */
export class Visits implements WholeRange {
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #watch: Watch;
  /** By pair: the visit in progress. */
  readonly #visit: Columns;
  readonly #visitLow: Float64Array;
  readonly #visitHigh: Float64Array;
  readonly #counted: Columns;
  /** By variable: time until which the present stay is counted, ms UTC. */
  readonly #countedUntil: Float64Array;
  /** By place: the range in any state. */
  readonly #whole: Columns;
  readonly #wholeLow: Float64Array;
  readonly #wholeHigh: Float64Array;
  #chosen = false;
  #coveredMs = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(layout: Layout, learned: Learned, settleMs: number) {
    this.#layout = layout;
    this.#learned = learned;
    this.#watch = new Watch(layout, settleMs, (variable) => this.#leave(variable));
    this.#visit = new Columns(layout.pairs);
    this.#visitLow = this.#visit.add('low', 1, Number.POSITIVE_INFINITY);
    this.#visitHigh = this.#visit.add('high', 1, Number.NEGATIVE_INFINITY);
    this.#counted = new Columns(layout.variables.length);
    this.#countedUntil = this.#counted.add('until', 1, Number.NEGATIVE_INFINITY);
    this.#whole = new Columns(layout.places.length);
    this.#wholeLow = this.#whole.add('low', 1, Number.POSITIVE_INFINITY);
    this.#wholeHigh = this.#whole.add('high', 1, Number.NEGATIVE_INFINITY);
  }

  low(place: number): number {
    return this.#wholeLow[place] as number;
  }

  high(place: number): number {
    return this.#wholeHigh[place] as number;
  }

  begin(): void {
    this.#learned.clear();
    this.#whole.clear();
    this.#chosen = false;
    this.#coveredMs = 0;
    this.#rest();
  }

  /**
   * Ends a calibration and selects the judged pairs.
   * @param spanMs its duration; a copy that saw a part of it needs proportionally fewer visits
   */
  end(spanMs: number | undefined, choice: Choice): void {
    this.#layout.variables.forEach((_, variable) => this.#leave(variable));
    const part = spanMs === undefined || !(spanMs > 0) ? 1 : Math.min(1, this.#coveredMs / spanMs);
    this.#learned.choose(this, { ...choice, minVisits: Math.max(2, Math.round(part * choice.minVisits)) });
    this.#chosen = true;
    this.#rest();
  }

  observe(batch: Batch): void {
    const watch = this.#watch;
    watch.observe(batch);
    if (watch.arrivedCount === 0) return;
    const step = watch.now - this.#last;
    if (step > 0 && step <= mostStepMs) this.#coveredMs += step;
    this.#last = watch.now;
    for (let i = 0; i < watch.touchedCount; i++) this.#divide(watch.touched[i] as number);
    for (let i = 0; i < watch.arrivedCount; i++) {
      const place = watch.arrived[i] as number;
      const value = watch.value[place] as number;
      if (value < (this.#wholeLow[place] as number)) this.#wholeLow[place] = value;
      if (value > (this.#wholeHigh[place] as number)) this.#wholeHigh[place] = value;
      for (const pair of this.#layout.pairsOf[place] as Int32Array) this.#extend(pair, value);
    }
  }

  /** Counts a visit of a stay that lasts. */
  #divide(variable: number): void {
    const { now } = this.#watch;
    const since = Math.max(this.#watch.since(variable), this.#countedUntil[variable] as number);
    if (!(now - since >= longestVisitMs)) return;
    this.#leave(variable);
    this.#countedUntil[variable] = now;
  }

  #extend(pair: number, value: number): void {
    const variable = this.#layout.variableOf[pair] as number;
    if (!this.#watch.settled(variable)) return;
    if (value < (this.#visitLow[pair] as number)) this.#visitLow[pair] = value;
    if (value > (this.#visitHigh[pair] as number)) this.#visitHigh[pair] = value;
  }

  #leave(variable: number): void {
    const state = this.#watch.state[variable] as number;
    const first = this.#layout.firstPair[variable] as number;
    const count = (this.#layout.companions[variable] as Int32Array).length;
    const edges = this.#chosen ? this.#learned.find(variable, state) : this.#meet(variable, state);
    for (let companion = 0; companion < count; companion++) {
      const pair = first + companion;
      const low = this.#visitLow[pair] as number;
      if (edges !== undefined && low < Number.POSITIVE_INFINITY && (!this.#chosen || edges.sides[companion] !== 0))
        edges.note(companion, low, this.#visitHigh[pair] as number);
      this.#visitLow[pair] = Number.POSITIVE_INFINITY;
      this.#visitHigh[pair] = Number.NEGATIVE_INFINITY;
    }
  }

  #meet(variable: number, state: number) {
    return Number.isNaN(state) ? undefined : this.#learned.meet(variable, state);
  }

  /** Restarts the visits in progress. */
  #rest(): void {
    this.#watch.clear();
    this.#visit.clear();
    this.#counted.clear();
    this.#last = Number.NEGATIVE_INFINITY;
  }

  toJson(): { readonly [key: string]: Json } {
    const { variables, places, tags } = this.#layout;
    const names = places.map((tag) => tags.at(tag).name);
    const keys = variables.map(({ key }) => key);
    const pairs = this.#pairNames();
    return {
      chosen: this.#chosen,
      coveredMs: this.#coveredMs,
      tags: this.#whole.toRecord(names),
      learning: {
        last: Number.isFinite(this.#last) ? this.#last : null,
        values: this.#watch.values.toRecord(names),
        intake: this.#watch.intake.state.toRecord(names),
        standing: this.#watch.standing.toRecord(keys),
        visits: this.#visit.toRecord(pairs),
        counted: this.#counted.toRecord(keys),
      },
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(baseline: Readonly<Record<string, unknown>>): void {
    const { variables, places, tags } = this.#layout;
    const names = places.map((tag) => tags.at(tag).name);
    const { chosen, coveredMs, tags: whole, learning } = baseline;
    if (typeof chosen !== 'boolean' || typeof coveredMs !== 'number') throw mismatch('it lacks chosen or coveredMs');
    const open = isRecord(learning) ? learning : {};
    this.#chosen = chosen;
    this.#coveredMs = coveredMs;
    this.#last = typeof open['last'] === 'number' ? open['last'] : Number.NEGATIVE_INFINITY;
    this.#whole.fromRecord(names, whole);
    this.#watch.values.fromRecord(names, open['values']);
    this.#watch.intake.state.fromRecord(names, open['intake']);
    const keys = variables.map(({ key }) => key);
    this.#watch.standing.fromRecord(keys, open['standing']);
    // absent in a baseline of an earlier version
    this.#counted.fromRecord(keys, open['counted']);
    this.#visit.fromRecord(this.#pairNames(), open['visits']);
  }

  #pairNames(): string[] {
    const { variables, tags } = this.#layout;
    return variables.flatMap(({ key, companions }) => companions.map((tag) => `${key} with ${tags.at(tag).name}`));
  }
}
