import type { Batch } from '../../src/core/batch.ts';
import { Columns, isRecord } from '../../src/detector-kit/columns.ts';
import type { Edges } from './edges.ts';
import type { Learned, WholeRange } from './learned.ts';
import { type Layout, Watch } from './watch.ts';

/** Number of samples of which two must agree, so that a single one, as at a switching instant, does not count. */
const votes = 3;

/** The running state: the surprise of each companion in the present state of its variable. */
export class Judge {
  readonly watch: Watch;
  /** By variable: the pair of the last surprise; NaN while there is none. */
  readonly worst: Float64Array;
  readonly #layout: Layout;
  readonly #learned: Learned;
  readonly #whole: WholeRange;
  /** By pair: the last `votes` surprises, newest first. */
  readonly #recent: Float64Array;
  readonly #pairs: Columns;
  readonly #variables: Columns;

  /** @param whole learned range of each value: `range` judges what lies beyond */
  constructor(layout: Layout, learned: Learned, whole: WholeRange, settleMs: number) {
    this.#layout = layout;
    this.#learned = learned;
    this.#whole = whole;
    this.#pairs = new Columns(layout.pairs);
    this.#recent = this.#pairs.add('recent', votes);
    this.#variables = new Columns(layout.variables.length);
    this.worst = this.#variables.add('worst', 1, Number.NaN);
    this.watch = new Watch(layout, settleMs, (variable) => this.#forget(variable));
  }

  observe(batch: Batch): void {
    const { watch } = this;
    watch.observe(batch);
    for (let i = 0; i < watch.arrivedCount; i++) {
      const place = watch.arrived[i] as number;
      for (const pair of this.#layout.pairsOf[place] as Int32Array) this.#weigh(pair, place);
    }
  }

  /** Present surprise of the variable, by its most surprising companion. */
  surprise(variable: number): number {
    this.worst[variable] = Number.NaN;
    const edges = this.#edges(variable);
    if (edges === undefined) return 0;
    const first = this.#layout.firstPair[variable] as number;
    const companions = this.#layout.companions[variable] as Int32Array;
    let most = 0;
    for (const companion of edges.judged) {
      const pair = first + companion;
      const surprise = this.#vote(pair);
      if (!(surprise > most) || this.watch.stale(companions[companion] as number)) continue;
      most = surprise;
      this.worst[variable] = pair;
    }
    return most;
  }

  save(): unknown {
    const { watch } = this;
    return {
      values: watch.values.save(),
      standing: watch.standing.save(),
      intake: watch.intake.state.save(),
      pairs: this.#pairs.save(),
      variables: this.#variables.save(),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(running: unknown): void {
    const saved = isRecord(running) ? running : {};
    this.watch.values.load(saved['values']);
    this.watch.standing.load(saved['standing']);
    this.watch.intake.state.load(saved['intake']);
    this.#pairs.load(saved['pairs']);
    this.#variables.load(saved['variables']);
  }

  #weigh(pair: number, place: number): void {
    const variable = this.#layout.variableOf[pair] as number;
    const edges = this.#edges(variable);
    const companion = pair - (this.#layout.firstPair[variable] as number);
    if (edges === undefined || edges.sides[companion] === 0) return;
    const recent = this.#recent;
    const from = pair * votes;
    if (this.watch.gap[place] === 1) recent.fill(0, from, from + votes);
    if (!this.watch.settled(variable)) return;
    recent.copyWithin(from + 1, from, from + votes - 1);
    // a value that is new in any state says no more about this one than the extreme of all
    const value = Math.max(this.#whole.low(place), Math.min(this.watch.value[place] as number, this.#whole.high(place)));
    recent[from] = edges.surprise(companion, value);
  }

  #edges(variable: number): Edges | undefined {
    return this.#learned.find(variable, this.watch.state[variable] as number);
  }

  /** Two of three votes: the middle value. */
  #vote(pair: number): number {
    const a = this.#recent[pair * votes] as number;
    const b = this.#recent[pair * votes + 1] as number;
    const c = this.#recent[pair * votes + 2] as number;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  #forget(variable: number): void {
    const { firstPair, companions } = this.#layout;
    const first = firstPair[variable] as number;
    this.#recent.fill(0, first * votes, (first + (companions[variable] as Int32Array).length) * votes);
  }
}
