import type { Json } from '../../src/core/detector.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Number of extremes of separate visits that are kept on each side. */
const depth = 5;

export const lowSide = 1;
export const highSide = 2;

/**
 * Ranges of a variable's companions in one of its states: the lowest minima and the highest maxima of separate visits. Their
 * variation between visits predicts the next one. The excesses of the most extreme ones over the last kept one are a sample of an
 * exponential tail; few of them give a wide margin.
 */
export class Edges {
  readonly state: number;
  /** By companion. */
  readonly visits: Float64Array;
  /** Bits: the sides on which the companion is judged. */
  readonly sides: Uint8Array;
  /** Companions that are judged on a side. */
  judged: readonly number[] = [];
  /** `depth` numbers per companion, the most extreme first; +∞ and −∞ with fewer visits. */
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  /** Mean excess of the extremes over the last of them, plus one step. */
  readonly #lowMargin: Float64Array;
  readonly #highMargin: Float64Array;
  readonly #resolution: Float64Array;

  /** @param resolution one step of each companion, in its unit */
  constructor(state: number, resolution: Float64Array) {
    const companions = resolution.length;
    this.state = state;
    this.visits = new Float64Array(companions);
    this.sides = new Uint8Array(companions);
    this.#lowMargin = new Float64Array(companions);
    this.#highMargin = new Float64Array(companions);
    this.#lows = new Float64Array(companions * depth).fill(Number.POSITIVE_INFINITY);
    this.#highs = new Float64Array(companions * depth).fill(Number.NEGATIVE_INFINITY);
    this.#resolution = resolution;
  }

  /** Adds one visit, in which the companion had values from `low` to `high`. */
  note(companion: number, low: number, high: number): void {
    (this.visits[companion] as number)++;
    insert(this.#lows, companion * depth, low, 1);
    insert(this.#highs, companion * depth, high, -1);
    this.#measure(companion);
  }

  low(companion: number): number {
    return this.#lows[companion * depth] as number;
  }

  high(companion: number): number {
    return this.#highs[companion * depth] as number;
  }

  /**
   * Moves the lowest of the lows to a value, and shifts the others by the same amount: their variation between visits stays the
   * same.
   */
  moveLow(companion: number, to: number): void {
    move(this.#lows, companion * depth, to);
    this.#measure(companion);
  }

  /** As `moveLow`, of the highs. */
  moveHigh(companion: number, to: number): void {
    move(this.#highs, companion * depth, to);
    this.#measure(companion);
  }

  /** Surprise of a value on the judged sides: 1 at an edge, 0 from one margin inside of it. */
  surprise(companion: number, value: number): number {
    const sides = this.sides[companion] as number;
    const below = (sides & lowSide) !== 0 ? this.below(companion, value) : 0;
    const above = (sides & highSide) !== 0 ? this.above(companion, value) : 0;
    return below > above ? below : above;
  }

  /** Surprise of a low value, judged or not. */
  below(companion: number, value: number): number {
    return this.#beyond(companion, (this.low(companion) - value) / (this.#lowMargin[companion] as number));
  }

  /** Surprise of a high value, judged or not. */
  above(companion: number, value: number): number {
    return this.#beyond(companion, (value - this.high(companion)) / (this.#highMargin[companion] as number));
  }

  /**
   * −ln of the survival function of a Lomax distribution: the predictive distribution of an exponential excess whose scale was
   * estimated from as many others.
   */
  #beyond(companion: number, margins: number): number {
    if (!(margins > 0)) return margins > -1 ? 1 + margins : 0;
    const others = Math.max(1, Math.min(depth, this.visits[companion] as number) - 1);
    return 1 + others * Math.log1p(margins / others);
  }

  /** Sets the sides on which the companion is judged. Without a side its learned values are removed. */
  judge(companion: number, sides: number): void {
    this.#setSides(companion, sides);
    if (sides !== 0) return;
    this.visits[companion] = 0;
    this.#lows.fill(Number.POSITIVE_INFINITY, companion * depth, (companion + 1) * depth);
    this.#highs.fill(Number.NEGATIVE_INFINITY, companion * depth, (companion + 1) * depth);
  }

  toJson(companion: number): Json {
    const from = companion * depth;
    const kept = Math.min(depth, this.visits[companion] as number);
    return {
      visits: this.visits[companion] as number,
      lows: [...this.#lows.subarray(from, from + kept)],
      highs: [...this.#highs.subarray(from, from + kept)],
      judged: this.sides[companion] as number,
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(companion: number, entry: unknown): void {
    const { visits, lows, highs, judged } = isRecord(entry) ? entry : {};
    if (typeof visits !== 'number' || typeof judged !== 'number' || !isNumbers(lows) || !isNumbers(highs))
      throw mismatch('a state lacks visits, lows, highs or judged');
    this.visits[companion] = visits;
    this.#lows.set(lows.slice(0, depth), companion * depth);
    this.#highs.set(highs.slice(0, depth), companion * depth);
    this.#measure(companion);
    this.#setSides(companion, judged);
  }

  #setSides(companion: number, sides: number): void {
    this.sides[companion] = sides;
    this.judged = [...this.sides.keys()].filter((i) => this.sides[i] !== 0);
  }

  #measure(companion: number): void {
    const kept = Math.min(depth, this.visits[companion] as number);
    const step = this.#resolution[companion] as number;
    this.#lowMargin[companion] = step + tailScale(this.#lows, companion * depth, kept);
    this.#highMargin[companion] = step + tailScale(this.#highs, companion * depth, kept);
  }
}

/** Scale of the exponential tail of `kept` extremes; 0 for a single one. */
function tailScale(extremes: Float64Array, from: number, kept: number): number {
  if (kept < 2) return 0;
  const last = extremes[from + kept - 1] as number;
  let sum = 0;
  for (let i = from; i < from + kept - 1; i++) sum += Math.abs((extremes[i] as number) - last);
  return sum / (kept - 1);
}

/** Inserts a value among `depth` sorted ones; `direction` 1: lowest first, −1: highest first. */
function insert(sorted: Float64Array, from: number, value: number, direction: 1 | -1): void {
  let place = from + depth - 1;
  if (direction * (value - (sorted[place] as number)) >= 0) return;
  for (; place > from && direction * (value - (sorted[place - 1] as number)) < 0; place--)
    sorted[place] = sorted[place - 1] as number;
  sorted[place] = value;
}

function move(sorted: Float64Array, from: number, to: number): void {
  const first = sorted[from] as number;
  for (let place = from; place < from + depth; place++) sorted[place] = to + ((sorted[place] as number) - first);
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number');
