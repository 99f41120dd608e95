import { ReadingAges, type ReadingAgesSnapshot } from '../../src/detector-kit/reading-ages.ts';
import type { Balance } from './schema.ts';
import { flowedSince } from './windows.ts';

/** A balance, and the columns of its level and its flows in the rows and in the sampled tags. */
export interface LateBalance {
  readonly balance: Balance;
  readonly columns: readonly number[];
  readonly tagColumns: readonly number[];
}

export interface LateReadingsSnapshot {
  readonly ages: ReadingAgesSnapshot;
  /** By balance: change of the level by its flows since its last sample, and its error. */
  readonly moved: Float64Array;
  readonly late: Float64Array;
}

/** Change of a flow that is not read yet, in standard deviations: a pump that runs half of the time starts or stops. */
const usualStep = 2;

/**
 * Errors of balances by readings that are older than at the configured scan period, in the units of the levels. While a level is
 * late, it may have moved as its flows have since. A flow may have changed since a late reading; if it has by the next one, it may have
 * at any time between them.
 */
export class LateReadings {
  readonly #ages: ReadingAges;
  readonly #balances: readonly LateBalance[];
  readonly #moved: Float64Array;
  readonly #late: Float64Array;

  /** @param scanMs configured scan period of each tag @param rowMs time between rows */
  constructor(balances: readonly LateBalance[], scanMs: readonly number[], rowMs: number) {
    this.#ages = new ReadingAges(scanMs, rowMs);
    this.#balances = balances;
    this.#moved = new Float64Array(balances.length);
    this.#late = new Float64Array(balances.length);
  }

  /** Errors after a row: of the level of each balance, then of its flow since the previous row. @param before the previous row */
  push(time: number, age: Float64Array, row: Float64Array, before: Float64Array): Float64Array {
    this.#ages.push(time, age);
    const count = this.#balances.length;
    const errors = new Float64Array(2 * count);
    this.#balances.forEach(({ balance: { terms, constant, meanOf }, columns, tagColumns }, place) => {
      let [moved, pending, flowed] = [constant, 0, 0];
      terms.forEach(({ gain, spread }, i) => {
        const [column, tag] = [columns[1 + i] as number, tagColumns[1 + i] as number];
        const value = row[column] as number;
        moved += gain * flowedSince(value, before[column]);
        pending += this.#ages.lateRows(tag) * Math.abs(gain) * usualStep * spread;
        flowed += this.#ages.lateSince(tag) * Math.abs(gain * (value - (before[column] as number)));
      });
      const level = tagColumns[0] as number;
      if (this.#ages.isNew(level)) this.#moved[place] = 0;
      else (this.#moved[place] as number) += known(moved);
      if (this.#ages.isNew(level)) this.#late[place] = 0;
      else if (this.#ages.lateRows(level) > 0) this.#late[place] = Math.abs(this.#moved[place] as number);
      errors[place] = ((this.#late[place] as number) + pending) / meanOf;
      errors[count + place] = known(flowed) / meanOf;
    });
    return errors;
  }

  snapshot(): LateReadingsSnapshot {
    return { ages: this.#ages.snapshot(), moved: this.#moved.slice(), late: this.#late.slice() };
  }

  restore({ ages, moved, late }: LateReadingsSnapshot): void {
    this.#ages.restore(ages);
    this.#moved.set(moved);
    this.#late.set(late);
  }
}

/** A missing flow adds nothing: its row restarts the horizons. */
const known = (error: number): number => (Number.isNaN(error) ? 0 : error);
