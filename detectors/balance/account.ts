import { graded, addsOver } from '../../src/detector-kit/grade.ts';
import { bounded } from '../../src/detector-kit/intake.ts';
import type { Balance, Horizon } from './schema.ts';

/** A balance over the last rows, in the unit of its level. */
export interface Drawn {
  readonly horizon: Horizon;
  /** Change of the level. */
  readonly change: number;
  /** Change of the level beyond the change by its flows. */
  readonly imbalance: number;
  /** Part of it that late readings can explain, ≥ 0. */
  readonly late: number;
  /** Ratio of the rest to the largest imbalance of normal operation. */
  readonly ratio: number;
}

export interface AccountSnapshot {
  readonly ring: Float64Array;
  readonly next: number;
  readonly age: number;
  readonly back: Float64Array;
}

/**
 * Computes one balance row by row, in open loop: a level is predicted from its value at the beginning of a horizon and from its flows
 * alone, never from its later readings. A falsified reading within the horizon therefore cannot influence the prediction.
 */
export class Account {
  readonly balance: Balance;
  readonly #width: number;
  readonly #size: number;
  /** Levels of the last rows, and the flow since the previous row. */
  #ring: Float64Array;
  #next = 0;
  /** Consecutive rows up to the last one. */
  #age = 0;
  /** Evidence that the last rows are back in balance. */
  #back = new Float64Array(1);
  #drawn: Drawn | undefined;

  constructor(balance: Balance) {
    this.balance = balance;
    this.#width = 3 + balance.terms.length;
    this.#size = 1 + Math.max(...balance.horizons.map(({ rows }) => rows));
    this.#ring = new Float64Array(this.#size * this.#width);
  }

  /** The balance with the largest ratio after the last row; undefined if no horizon is complete. */
  get drawn(): Drawn | undefined {
    return this.#drawn;
  }

  /** ≥ 0; 0 while no horizon is complete. */
  get surprise(): number {
    return this.#drawn === undefined ? 0 : graded(this.#drawn.ratio);
  }

  /**
   * Processes the next row.
   * @param value of the level, then the average of each of its flows since the previous row; NaN if missing. Then two errors by late
   *   readings, in the level's unit: of the level, and of the flow since the previous row
   * @param follows false if the previous row is not this row's past
   * @returns true when a deviation is over
   */
  push(value: Float64Array, follows: boolean): boolean {
    if (!follows) this.#forget(0);
    if (value.some(Number.isNaN)) {
      this.#forget(0);
      return false;
    }
    for (let i = 0; i < this.#width; i++) this.#ring[this.#next * this.#width + i] = bounded(value[i] as number);
    this.#next = (this.#next + 1) % this.#size;
    this.#age = Math.min(this.#age + 1, this.#size);
    this.#draw();
    const isOver = addsOver(this.#back, 0, this.#odds());
    if (isOver) this.#forget(1);
    return isOver;
  }

  /** Value of the level (0) or of a flow (1 …), `back` rows ago. */
  at(back: number, column = 0): number {
    const row = (this.#next + 2 * this.#size - 1 - back) % this.#size;
    return this.#ring[row * this.#width + column] as number;
  }

  /** Mean of a flow (1 …) over the last rows, by the trapezoidal rule. */
  mean(column: number, rows: number): number {
    let sum = 0;
    for (let back = 0; back < rows; back++) sum += this.at(back, column);
    return sum / rows;
  }

  snapshot(): AccountSnapshot {
    return { ring: this.#ring.slice(), next: this.#next, age: this.#age, back: this.#back.slice() };
  }

  /** A snapshot of a version without late readings restarts the horizons. */
  restore({ ring, next, age, back }: AccountSnapshot): void {
    if (ring.length !== this.#ring.length) return;
    this.#ring = ring.slice();
    this.#next = next;
    this.#age = age;
    this.#back = back.slice();
    this.#draw();
  }

  /** Restarts the horizons with the next row. */
  begin(): void {
    this.#forget(0);
  }

  /** Restarts the horizons but keeps the given number of last rows. */
  #forget(kept: number): void {
    this.#age = kept;
    this.#back[0] = 0;
    this.#drawn = undefined;
  }

  #draw(): void {
    this.#drawn = undefined;
    const { horizons } = this.balance;
    const [ofLevel, ofFlows] = [this.#width - 2, this.#width - 1];
    let predicted = 0;
    let lateFlow = 0;
    let next = 0;
    for (let back = 1; back < this.#age; back++) {
      predicted += this.#predicted(back);
      lateFlow += this.at(back - 1, ofFlows);
      const horizon = horizons[next];
      if (horizon?.rows !== back) continue;
      next++;
      const change = this.at(0) - this.at(back);
      const imbalance = change - predicted;
      const late = this.at(0, ofLevel) + this.at(back, ofLevel) + lateFlow;
      const ratio = Math.max(0, Math.abs(imbalance) - late) / horizon.furthest;
      if (this.#drawn === undefined || ratio > this.#drawn.ratio) this.#drawn = { horizon, change, imbalance, late, ratio };
    }
  }

  /** Change of the level up to the next row, predicted from the flows. */
  #predicted(back: number): number {
    const { terms, constant } = this.balance;
    let sum = constant;
    for (let i = 0; i < terms.length; i++) sum += (terms[i]?.gain as number) * this.at(back - 1, 1 + i);
    return sum;
  }

  /**
   * Log odds of the last row: normal operation against the drift of the alarmed horizon. Without this test a deviation would
   * remain in the horizon for the length of the horizon after its end.
   */
  #odds(): number {
    if (this.#drawn === undefined || this.#drawn.ratio <= 1) return Number.NEGATIVE_INFINITY;
    const drift = this.#drawn.imbalance / this.#drawn.horizon.rows;
    const error = this.at(0) - this.at(1) - this.#predicted(1);
    return (drift * (drift / 2 - error)) / this.balance.scale ** 2;
  }
}
