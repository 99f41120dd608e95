import type { WireEnds, WireFaultEvent } from '../../../src/core/wire.ts';
import type { Budget } from './budget.ts';
import { elsewhere, keyOf } from './ends.ts';
import { Lru } from '../../../src/core/lru.ts';

type FaultReport = Omit<WireFaultEvent, 'type' | 'tap'>;
type Fault = Omit<FaultReport, 'time' | 'ends'>;

/** Maximum number of details of one fault that are reported individually in a period. */
const mostDetails = 8;

/** Faults of one kind between two ends. */
interface Row {
  readonly ends: WireEnds;
  readonly fault: Fault;
  /** Repetitions of each detail since its last report. */
  readonly again: Map<string, number>;
  /** Faults with details beyond `mostDetails`. */
  others: number;
}

/**
 * Aggregates repeated faults. The first fault with a given detail is reported at once; repetitions between the same ends are
 * counted and reported at the end of each period. A period without the fault ends the burst.
 */
export class FaultSums {
  readonly #each: boolean;
  readonly #budget: Budget;
  readonly #report: (report: FaultReport) => void;
  readonly #rows: Lru<string, Row>;
  #time = 0;

  /** @param rows maximum number of bursts; the least recently seen one is reported before it is evicted */
  constructor(options: { each: boolean; rows: number; budget: Budget }, report: (report: FaultReport) => void) {
    this.#each = options.each;
    this.#budget = options.budget;
    this.#report = report;
    this.#rows = new Lru(options.rows, (row) => this.#reportSum(row));
  }

  get rows(): number {
    return this.#rows.size;
  }

  add(ends: WireEnds, fault: Fault, time: number): void {
    this.#time = time;
    if (this.#each) return this.#report({ time, ends, ...fault });
    const row = this.#row(ends, fault);
    const again = row.again.get(fault.detail);
    if (again !== undefined) row.again.set(fault.detail, again + 1);
    else if (row.again.size >= mostDetails) row.others++;
    else {
      row.again.set(fault.detail, 0);
      this.#report({ time, ends: row.ends, ...fault });
    }
  }

  flush(time: number): void {
    this.#time = time;
    for (const [key, row] of this.#rows.entries()) {
      if (!this.#reportSum(row)) this.#rows.delete(key);
    }
  }

  #row(ends: WireEnds, fault: Fault): Row {
    const key = `${keyOf(ends)}|${fault.fault}|${fault.operation}|${fault.unit ?? ''}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (ends !== elsewhere && !this.#budget.take()) return this.#row(elsewhere, { ...fault, operation: '', unit: undefined });
    const row: Row = { ends, fault, again: new Map(), others: 0 };
    this.#rows.set(key, row);
    return row;
  }

  /** @returns true if there was a count to report */
  #reportSum(row: Row): boolean {
    const parts = [...row.again].flatMap(([detail, count]) => (count === 0 ? [] : [`${detail} (${count} more)`]));
    if (row.others > 0) parts.push(`others of its kind (${row.others})`);
    if (parts.length === 0) return false;
    for (const detail of row.again.keys()) row.again.set(detail, 0);
    row.others = 0;
    this.#report({ time: this.#time, ends: row.ends, ...row.fault, detail: parts.join('; ') });
    return true;
  }
}
