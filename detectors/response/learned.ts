import { Columns } from '../../src/detector-kit/columns.ts';
import type { ResponseConfig } from './config.ts';
import type { Layout } from './layout.ts';
import { depth, extremeSurprise, insertLargest, residualSurprise } from './surprise.ts';

/** Kinds of steps of one family of drivers, e.g. from stopped to running; further kinds are not learned. */
export const mostKinds = 8;
/** Instants after a step at which the change of a measurement is learned: 1, 2, 4 … 128 base periods. */
export const horizons = 8;
const slots = mostKinds * horizons;
/** Share of the size of an answer that the largest move without a step may have: beyond it a move says nothing about the driver. */
const mostUnprovoked = 0.5;

/** Least spread of the gain of a set-point: the step of a measurement per learned step of its set-point is not known. */
const leastGainStep = 0.1;

const slotOf = (relation: number, kind: number, horizon: number): number => relation * slots + kind * horizons + horizon;

/** The learned answers: kinds of steps, the change of each measurement after them, and its moves without any step. */
export class Learned {
  readonly kinds: Columns;
  readonly relations: Columns;
  readonly moves: Columns;
  /** 1 once a calibration has selected what is judged. */
  isChosen = false;
  readonly #layout: Layout;
  readonly #config: ResponseConfig;
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #n: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  /** The same of the value that is reached. */
  readonly #level: Float64Array;
  readonly #levelSquares: Float64Array;
  /** Bits of the judged horizons, by kind. */
  readonly #judged: Float64Array;
  readonly #rises: Float64Array;
  readonly #falls: Float64Array;
  readonly #blocks: Float64Array;

  constructor(layout: Layout, config: ResponseConfig) {
    this.#layout = layout;
    this.#config = config;
    this.kinds = new Columns(layout.families.length);
    this.#from = this.kinds.add('from', mostKinds, Number.NaN);
    this.#to = this.kinds.add('to', mostKinds, Number.NaN);
    this.relations = new Columns(layout.relations.length);
    this.#n = this.relations.add('steps', slots);
    this.#mean = this.relations.add('mean', slots);
    this.#squares = this.relations.add('squares', slots);
    this.#level = this.relations.add('level', slots);
    this.#levelSquares = this.relations.add('levelSquares', slots);
    this.#judged = this.relations.add('judged', mostKinds);
    this.moves = new Columns(layout.groups.length);
    this.#rises = this.moves.add('rises', depth);
    this.#falls = this.moves.add('falls', depth);
    this.#blocks = this.moves.add('blocks');
  }

  clear(): void {
    this.kinds.clear();
    this.relations.clear();
    this.moves.clear();
    this.isChosen = false;
  }

  /** Number of the kind of a step; −1 if it is not known. Set-points have one kind. */
  kind(driver: number, from: number, to: number): number {
    if (this.#layout.isSetpoint[driver] === true) return 0;
    const first = (this.#layout.familyOf[driver] as number) * mostKinds;
    for (let i = 0; i < mostKinds; i++) if (this.#from[first + i] === from && this.#to[first + i] === to) return i;
    return -1;
  }

  /** As `kind`, after adding a new one; −1 if there is no capacity. */
  meet(driver: number, from: number, to: number): number {
    const known = this.kind(driver, from, to);
    if (known >= 0) return known;
    const first = (this.#layout.familyOf[driver] as number) * mostKinds;
    for (let i = 0; i < mostKinds; i++) {
      if (!Number.isNaN(this.#from[first + i])) continue;
      this.#from[first + i] = from;
      this.#to[first + i] = to;
      return i;
    }
    return -1;
  }

  /** True if a step of the driver, or of a similar one, was learned. A set-point has no kinds of steps: it counts as moved. */
  isMoved(driver: number): boolean {
    return this.#layout.isSetpoint[driver] === true || this.stepOf(driver, 0) !== undefined;
  }

  /** The states before and after steps of a kind; undefined if there is none. */
  stepOf(driver: number, kind: number): { readonly from: number; readonly to: number } | undefined {
    const at = (this.#layout.familyOf[driver] as number) * mostKinds + kind;
    const from = this.#from[at] as number;
    return Number.isNaN(from) ? undefined : { from, to: this.#to[at] as number };
  }

  /** Adds a change, or a gain of a set-point, and the value that is reached, at one horizon (Welford 1962). */
  note(relation: number, kind: number, horizon: number, change: number, level: number): void {
    const at = slotOf(relation, kind, horizon);
    const n = ++(this.#n[at] as number);
    addTo(this.#mean, this.#squares, at, n, change);
    addTo(this.#level, this.#levelSquares, at, n, level);
  }

  /** Adds the extreme moves of a measurement in one block of time without steps. */
  noteMoves(answer: number, rise: number, fall: number): void {
    const group = this.#layout.groupOf[answer] as number;
    insertLargest(this.#rises, group * depth, rise);
    insertLargest(this.#falls, group * depth, fall);
    (this.#blocks[group] as number)++;
  }

  steps(relation: number, kind: number, horizon = 0): number {
    return this.#n[slotOf(relation, kind, horizon)] as number;
  }

  mean(relation: number, kind: number, horizon: number): number {
    return this.#mean[slotOf(relation, kind, horizon)] as number;
  }

  /** Replaces the change at one horizon by a person's figure; the changes at the others keep their share of it. */
  resize(relation: number, kind: number, horizon: number, change: number): void {
    const factor = change / this.mean(relation, kind, horizon);
    for (let one = 0; one < horizons; one++) {
      const at = slotOf(relation, kind, one);
      const old = this.#mean[at] as number;
      const now = Number.isFinite(factor) ? factor * old : change;
      this.#mean[at] = now;
      this.#level[at] = (this.#level[at] as number) + now - old;
    }
  }

  judges(relation: number): boolean {
    for (let kind = 0; kind < mostKinds; kind++) if (this.#judged[relation * mostKinds + kind] !== 0) return true;
    return false;
  }

  isJudged(relation: number, kind: number, horizon: number): boolean {
    return (((this.#judged[relation * mostKinds + kind] as number) >> horizon) & 1) === 1;
  }

  /** Judged horizons of a kind. */
  judgedHorizons(relation: number, kind: number): number[] {
    return Array.from({ length: horizons }, (_, horizon) => horizon).filter((one) => this.isJudged(relation, kind, one));
  }

  /**
   * Surprise of a change that is smaller than the learned ones, or has the other direction, if the value that is reached is not
   * a learned one either: a measurement that is already there need not change. A larger change has none.
   * @param level the value that is reached; NaN for set-points, whose answers have no level of their own
   * @param step one step of the measurement, in the unit of the change
   */
  surprise(relation: number, kind: number, horizon: number, change: number, level: number, step: number): number {
    const at = slotOf(relation, kind, horizon);
    const n = this.#n[at] as number;
    if (n < 2) return 0;
    const mean = this.#mean[at] as number;
    const direction = mean < 0 ? -1 : 1;
    const of = (short: number, squares: number): number =>
      residualSurprise((direction * short) / Math.sqrt((squares / (n - 1)) * (1 + 1 / n) + step * step), n - 1);
    const ofChange = of(mean - change, this.#squares[at] as number);
    if (Number.isNaN(level)) return ofChange;
    return Math.min(ofChange, of((this.#level[at] as number) - level, this.#levelSquares[at] as number));
  }

  /** Surprise of a move of a measurement without a step. */
  moveSurprise(answer: number, move: number): number {
    const group = this.#layout.groupOf[answer] as number;
    const sorted = move > 0 ? this.#rises : this.#falls;
    const step = this.#layout.stepOf[answer] as number;
    return extremeSurprise(sorted, group * depth, this.#blocks[group] as number, Math.abs(move), step);
  }

  /** True if no move without a step has been as large as half of an answer of this size. */
  tellsMoves(answer: number, size: number): boolean {
    const group = this.#layout.groupOf[answer] as number;
    const largest = (size > 0 ? this.#rises : this.#falls)[group * depth] as number;
    return (this.#blocks[group] as number) >= depth && largest < mostUnprovoked * Math.abs(size);
  }

  /** Surprise of no change at all. @param step NaN for a set-point */
  #missing(relation: number, kind: number, horizon: number, step: number): number {
    if (Number.isNaN(step)) return this.surprise(relation, kind, horizon, 0, Number.NaN, leastGainStep);
    const at = slotOf(relation, kind, horizon);
    return this.surprise(relation, kind, horizon, 0, (this.#level[at] as number) - (this.#mean[at] as number), step);
  }

  /** Selects the horizons that are judged: those where a missing answer has a clear surprise. The rest of what was learned is removed. */
  choose(): void {
    const { minSteps, clear, mostAnswers } = this.#config;
    const { pairs, families, familyOf, relations, stepOf } = this.#layout;
    const strength = new Float64Array(relations.length);
    const ofFamily = families.map(() => new Set<number>());
    for (const { relation, driver, answer } of pairs) {
      ofFamily[familyOf[driver] as number]?.add(relation);
      const step = stepOf[answer] as number;
      for (let kind = 0; kind < mostKinds; kind++) {
        let bits = 0;
        for (let horizon = 0; horizon < horizons; horizon++) {
          if (this.steps(relation, kind, horizon) < minSteps) continue;
          const missing = this.#missing(relation, kind, horizon, this.#layout.isSetpoint[driver] === true ? Number.NaN : step);
          if (missing >= clear) bits |= 1 << horizon;
          strength[relation] = Math.max(strength[relation] as number, missing);
        }
        this.#judged[relation * mostKinds + kind] = bits;
      }
    }
    for (const some of ofFamily) {
      const ranked = [...some].toSorted((a, b) => (strength[b] as number) - (strength[a] as number) || a - b);
      ranked.forEach((relation, rank) => {
        if (rank >= mostAnswers || !this.judges(relation)) this.relations.clear(relation);
      });
    }
    this.isChosen = true;
  }
}

/** Adds one of `n` values to their mean and the sum of their squared deviations. */
function addTo(mean: Float64Array, squares: Float64Array, at: number, n: number, value: number): void {
  const before = mean[at] as number;
  const after = before + (value - before) / n;
  mean[at] = after;
  squares[at] = (squares[at] as number) + (value - before) * (value - after);
}
