import { gapPeriods } from '../../src/detector-kit/rows.ts';
import type { Row } from './judging/group.ts';

/** Time after a switch in which the measurements of an equipment change to other values, ms. */
const settleMs = 120_000;

export interface SettledSnapshot {
  readonly state: string;
  readonly since: number;
  readonly row: Row | undefined;
}

/**
 * Rows of an equipment between its switches. A row is held until the next one: a current is often read before the contact that reports
 * the running pump. Rows with an unknown state and those soon after a switch are left out.
 */
export class SettledRows {
  /** State of the switches in the returned row, e.g. `1,0`. */
  state = '';
  /** The state that the last row ended: empty if it is unknown or before a gap, undefined if the last row ended none. */
  left: string | undefined;
  /** True if the returned row is the first in this state. */
  isFirst = false;
  readonly #switches: readonly number[];
  readonly #gapMs: number;
  #held: Row | undefined;
  #since = Number.NaN;
  #hasReturned = false;

  /** @param switches columns of the discrete tags */
  constructor(switches: readonly number[], periodMs: number) {
    this.#switches = switches;
    this.#gapMs = gapPeriods * periodMs;
  }

  /** Processes a row, and returns the one before it if the equipment had settled then and has not switched since. */
  next(row: Row): Row | undefined {
    const before = this.#held;
    const state = this.#stateOf(row);
    const step = row.time - (before?.time ?? Number.NaN);
    const isNext = step > 0 && step <= this.#gapMs;
    const goesOn = state === this.state && isNext;
    this.left = goesOn ? undefined : isNext ? this.state : '';
    this.#held = state === '' ? undefined : row;
    if (!goesOn) {
      this.state = state;
      this.#since = row.time;
      this.#hasReturned = false;
    }
    if (!goesOn || before === undefined || before.time - this.#since < settleMs) return undefined;
    this.isFirst = !this.#hasReturned;
    this.#hasReturned = true;
    return before;
  }

  clear(): void {
    this.restore({ state: '', since: Number.NaN, row: undefined });
  }

  snapshot(): SettledSnapshot {
    return structuredClone({ state: this.state, since: this.#since, row: this.#held });
  }

  restore(snapshot: SettledSnapshot): void {
    const { state, since, row } = structuredClone(snapshot);
    this.state = state;
    this.#since = since;
    this.#held = row;
    this.#hasReturned = false;
  }

  /** Empty while a switch has no value. */
  #stateOf({ value, mask }: Row): string {
    return this.#switches.some((column) => mask[column] === 1) ? '' : stateOf(this.#switches, value);
  }
}

/** State of some switches in a row, e.g. `1,0`; empty if one has no value. */
export function stateOf(switches: readonly number[], value: Float64Array): string {
  const states = switches.map((column) => value[column] as number);
  return states.some(Number.isNaN) ? '' : states.join();
}
