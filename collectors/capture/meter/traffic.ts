import type { WireEnds, WireTrafficEvent } from '../../../src/core/wire.ts';
import type { PacketStamp, WireMessage } from '../decoder.ts';
import type { Budget } from './budget.ts';
import { elsewhere, keyOf } from './ends.ts';
import { Lru } from '../../../src/core/lru.ts';
import { PeriodMedian } from './median.ts';

type TrafficReport = Omit<WireTrafficEvent, 'type' | 'tap'>;

/** Aggregate of one operation between two ends. */
interface Row {
  /** Latest ends: the protocol becomes known in the course of a connection. */
  ends: WireEnds;
  readonly operation: string;
  readonly unit: number | undefined;
  packets: number;
  bytes: number;
  requests: number;
  responses: number;
  exceptions: number;
  low: number;
  high: number;
  /** Created with the first latency. */
  latency: PeriodMedian | undefined;
  /** True if something was added since the last report. */
  due: boolean;
  reported: boolean;
}

export interface TrafficOptions {
  /** True to report every packet individually. */
  readonly each: boolean;
  /** Maximum number of rows. The least recently used one is reported and evicted, and would be new again. */
  readonly rows: number;
  readonly budget: Budget;
}

/**
 * Traffic totals. A packet counts once: for the operation of the first message that it completes, else for the transport. The
 * packets and bytes of all events therefore add up to those on the wire.
 */
export class TrafficSums {
  readonly #options: TrafficOptions;
  readonly #report: (report: TrafficReport) => void;
  readonly #rows: Lru<string, Row>;
  #due: Row[] = [];
  /** Ends of the last packet, until its operation is known. */
  #ends: WireEnds | undefined;
  #bytes = 0;
  #at: PacketStamp = { time: 0, number: 0 };
  /** True if that packet completed a message. */
  #counted = true;

  constructor(options: TrafficOptions, report: (report: TrafficReport) => void) {
    this.#options = options;
    this.#report = report;
    this.#rows = new Lru(options.rows, (row) => this.#reportSum(row, this.#at.time));
  }

  get rows(): number {
    return this.#rows.size;
  }

  get forgotten(): number {
    return this.#rows.evicted;
  }

  packet(ends: WireEnds, bytes: number, at: PacketStamp): void {
    this.closePacket();
    this.#ends = ends;
    this.#bytes = bytes;
    this.#at = at;
    this.#counted = false;
  }

  message(ends: WireEnds, message: WireMessage, at: PacketStamp): void {
    const row = this.#row(ends, message.operation, message.unit);
    if (!this.#counted && at.number === this.#at.number) {
      this.#counted = true;
      row.packets++;
      row.bytes += this.#bytes;
    }
    if (message.kind === 'request') {
      row.requests++;
      if (message.low !== undefined) row.low = Math.min(row.low, message.low);
      if (message.high !== undefined) row.high = Math.max(row.high, message.high);
    } else if (message.kind === 'response') {
      row.responses++;
      if (message.refused === true) row.exceptions++;
      if (message.latencyMs !== undefined) (row.latency ??= new PeriodMedian()).add(message.latencyMs);
    }
    this.#added(row, at.time);
  }

  /** Counts the last packet for the transport if it completed no message. */
  closePacket(): void {
    if (this.#counted || this.#ends === undefined) return;
    this.#counted = true;
    const row = this.#row(this.#ends, '', undefined);
    row.packets++;
    row.bytes += this.#bytes;
    this.#added(row, this.#at.time);
  }

  /** Reports the totals since the last call. */
  flush(time: number): void {
    this.closePacket();
    const due = this.#due;
    this.#due = [];
    for (const row of due) this.#reportSum(row, time);
  }

  #row(ends: WireEnds, operation: string, unit: number | undefined): Row {
    const key = `${keyOf(ends)}|${operation}|${unit ?? ''}`;
    const known = this.#rows.get(key);
    if (known !== undefined) {
      known.ends = ends;
      return known;
    }
    const { each, budget } = this.#options;
    if (!each && ends !== elsewhere && !budget.take()) return this.#row(elsewhere, '', undefined);
    const row = rowOf(ends, operation, unit);
    this.#rows.set(key, row);
    return row;
  }

  #added(row: Row, time: number): void {
    if (!row.reported || this.#options.each) return this.#reportRow(row, time);
    if (row.due) return;
    row.due = true;
    this.#due.push(row);
  }

  #reportSum(row: Row, time: number): void {
    if (row.due) this.#reportRow(row, time);
  }

  #reportRow(row: Row, time: number): void {
    const { ends, operation, unit, packets, bytes, requests, responses, exceptions } = row;
    const first = !row.reported && ends !== elsewhere;
    const low = Number.isFinite(row.low) ? row.low : Number.NaN;
    const high = Number.isFinite(row.high) ? row.high : Number.NaN;
    const latencyMs = row.latency?.value() ?? Number.NaN;
    const sums = { packets, bytes, requests, responses, exceptions, low, high, latencyMs };
    row.reported = true;
    row.due = false;
    clear(row);
    this.#report({ time, ends, operation, unit, first, ...sums });
  }
}

function rowOf(ends: WireEnds, operation: string, unit: number | undefined): Row {
  return {
    ends,
    operation,
    unit,
    packets: 0,
    bytes: 0,
    requests: 0,
    responses: 0,
    exceptions: 0,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    latency: undefined,
    due: false,
    reported: false,
  };
}

function clear(row: Row): void {
  row.packets = 0;
  row.bytes = 0;
  row.requests = 0;
  row.responses = 0;
  row.exceptions = 0;
  row.low = Number.POSITIVE_INFINITY;
  row.high = Number.NEGATIVE_INFINITY;
  row.latency = undefined;
}
