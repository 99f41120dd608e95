import type { WireEnds, WireFaultEvent } from '../../../src/core/wire.ts';
import type { Budget } from './budget.ts';
import { elsewhere, keyOf } from './ends.ts';
import { Lru } from './lru.ts';

type Told = Omit<WireFaultEvent, 'type' | 'tap'>;
type Fault = Omit<Told, 'time' | 'ends'>;

/** Different details of one fault that are told by themselves in a period. */
const mostDetails = 8;

/** Faults of one kind between two ends. */
interface Row {
  readonly ends: WireEnds;
  readonly fault: Fault;
  /** How often each detail came again since it was told. */
  readonly again: Map<string, number>;
  /** What had still other details. */
  others: number;
}

/**
 * Faults, of which a burst is told as one. The first with a certain detail is told at once; the same between the same ends is
 * counted from then on, and told with its count at the end of each period. A period without it ends the burst.
 */
export class FaultSums {
  readonly #each: boolean;
  readonly #budget: Budget;
  readonly #tell: (told: Told) => void;
  readonly #rows: Lru<string, Row>;
  #time = 0;

  /** @param rows bursts that are counted at a time; what was not seen for the longest is told before it is forgotten */
  constructor(options: { each: boolean; rows: number; budget: Budget }, tell: (told: Told) => void) {
    this.#each = options.each;
    this.#budget = options.budget;
    this.#tell = tell;
    this.#rows = new Lru(options.rows, (row) => this.#tellSum(row));
  }

  get rows(): number {
    return this.#rows.size;
  }

  add(ends: WireEnds, fault: Fault, time: number): void {
    this.#time = time;
    if (this.#each) return this.#tell({ time, ends, ...fault });
    const row = this.#row(ends, fault);
    const again = row.again.get(fault.detail);
    if (again !== undefined) row.again.set(fault.detail, again + 1);
    else if (row.again.size >= mostDetails) row.others++;
    else {
      row.again.set(fault.detail, 0);
      this.#tell({ time, ends: row.ends, ...fault });
    }
  }

  flush(time: number): void {
    this.#time = time;
    for (const [key, row] of this.#rows.entries()) {
      if (!this.#tellSum(row)) this.#rows.delete(key);
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

  /** @returns whether there was anything to tell */
  #tellSum(row: Row): boolean {
    const parts = [...row.again].flatMap(([detail, count]) => (count === 0 ? [] : [`${detail} (${count} more)`]));
    if (row.others > 0) parts.push(`others of its kind (${row.others})`);
    if (parts.length === 0) return false;
    for (const detail of row.again.keys()) row.again.set(detail, 0);
    row.others = 0;
    this.#tell({ time: this.#time, ends: row.ends, ...row.fault, detail: parts.join('; ') });
    return true;
  }
}
