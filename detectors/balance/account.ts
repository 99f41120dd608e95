import { graded, saysOver } from '../../src/streaming/grade.ts';
import { bounded } from '../../src/streaming/intake.ts';
import type { Balance, Horizon } from './schema.ts';

/** A balance that was drawn over the last rows, in the unit of its level. */
export interface Drawn {
  readonly horizon: Horizon;
  /** What the level changed by. */
  readonly change: number;
  /** What it changed by more than its flows say. */
  readonly imbalance: number;
  /** How far that is, the furthest of normal running being 1. */
  readonly ratio: number;
}

export interface AccountSnapshot {
  readonly ring: Float64Array;
  readonly next: number;
  readonly age: number;
  readonly back: Float64Array;
}

/**
 * Draws one balance row by row, open loop: a level is predicted from where it was at the beginning of a horizon and from its flows
 * alone, never from what it has read since. Nothing that a falsified level read within the horizon makes the prediction follow it.
 */
export class Account {
  readonly balance: Balance;
  readonly #width: number;
  readonly #size: number;
  /** Levels of the last rows, and what flowed since the row before. */
  #ring: Float64Array;
  #next = 0;
  /** Rows that follow each other up to the last one. */
  #age = 0;
  /** Evidence that the last rows are in balance again. */
  #back = new Float64Array(1);
  #drawn: Drawn | undefined;

  constructor(balance: Balance) {
    this.balance = balance;
    this.#width = 1 + balance.terms.length;
    this.#size = 1 + Math.max(...balance.horizons.map(({ rows }) => rows));
    this.#ring = new Float64Array(this.#size * this.#width);
  }

  /** The balance that is furthest off after the last row; undefined where no horizon is whole. */
  get drawn(): Drawn | undefined {
    return this.#drawn;
  }

  /** ≥ 0; 0 while no horizon is whole. */
  get surprise(): number {
    return this.#drawn === undefined ? 0 : graded(this.#drawn.ratio);
  }

  /**
   * Takes the next row.
   * @param value of the level, then what each of its flows was on average since the row before; NaN where missing
   * @param follows false if the row before is not this row's past
   * @returns true when what was wrong is over
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
    const isOver = saysOver(this.#back, 0, this.#odds());
    if (isOver) this.#forget(1);
    return isOver;
  }

  /** Value of the level (0) or of a flow (1 …) so many rows back. */
  at(back: number, column = 0): number {
    const row = (this.#next + 2 * this.#size - 1 - back) % this.#size;
    return this.#ring[row * this.#width + column] as number;
  }

  /** Mean of a flow (1 …) over the last rows, as the balance takes it. */
  mean(column: number, rows: number): number {
    let sum = 0;
    for (let back = 0; back < rows; back++) sum += this.at(back, column);
    return sum / rows;
  }

  snapshot(): AccountSnapshot {
    return { ring: this.#ring.slice(), next: this.#next, age: this.#age, back: this.#back.slice() };
  }

  restore({ ring, next, age, back }: AccountSnapshot): void {
    this.#ring = ring.slice();
    this.#next = next;
    this.#age = age;
    this.#back = back.slice();
    this.#draw();
  }

  /** Horizons begin anew with the next row. */
  begin(): void {
    this.#forget(0);
  }

  /** Horizons begin anew, with as many of the last rows. */
  #forget(kept: number): void {
    this.#age = kept;
    this.#back[0] = 0;
    this.#drawn = undefined;
  }

  #draw(): void {
    this.#drawn = undefined;
    const { horizons } = this.balance;
    let told = 0;
    let next = 0;
    for (let back = 1; back < this.#age; back++) {
      told += this.#told(back);
      const horizon = horizons[next];
      if (horizon?.rows !== back) continue;
      next++;
      const change = this.at(0) - this.at(back);
      const imbalance = change - told;
      const ratio = Math.abs(imbalance) / horizon.furthest;
      if (this.#drawn === undefined || ratio > this.#drawn.ratio) this.#drawn = { horizon, change, imbalance, ratio };
    }
  }

  /** What the flows say that the level changed by to the row after this one. */
  #told(back: number): number {
    const { terms, constant } = this.balance;
    let sum = constant;
    for (let i = 0; i < terms.length; i++) sum += (terms[i]?.gain as number) * this.at(back - 1, 1 + i);
    return sum;
  }

  /**
   * Of the last row under what normal running is off by in a row against what the alarmed horizon was, as logarithm. What made it alarmed would
   * otherwise be heard for as long as the horizon is, after it is over.
   */
  #odds(): number {
    if (this.#drawn === undefined || this.#drawn.ratio <= 1) return Number.NEGATIVE_INFINITY;
    const drift = this.#drawn.imbalance / this.#drawn.horizon.rows;
    const error = this.at(0) - this.at(1) - this.#told(1);
    return (drift * (drift / 2 - error)) / this.balance.scale ** 2;
  }
}
