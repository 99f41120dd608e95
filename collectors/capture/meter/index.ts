import type { WireConnectionEvent, WireEnds, WireEvent } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, WireReport } from '../decoder.ts';
import { Budget } from './budget.ts';
import { FaultSums } from './faults.ts';
import { ScanWatch } from './scans.ts';
import { TrafficSums } from './traffic.ts';

/** Settings of a meter. */
export interface MeterOptions {
  /** Name of the tap in the configuration. */
  readonly tap: string;
  /** Reporting period in stream time, ms; 0 reports every packet individually and aggregates nothing. */
  readonly periodMs: number;
  /** Maximum number of operations between two ends that are aggregated. */
  readonly rows?: number;
  /**
   * Maximum number of new items of each kind that are reported, or examined for scans, in one period: conversations, bursts of
   * faults, connection events, contacts, requests and responses with values of tags.
   */
  readonly mostNew?: number;
}

/** Maximum number of fault bursts that are counted at the same time. */
const mostBursts = 4_096;
/** Maximum number of hardware addresses that are reported in a period: a network has few new ones. */
const mostAddresses = 100;

/** Items that a meter has omitted since its creation. */
export interface MeterCounts {
  /** Evicted rows, scan candidates and seen items: they would be reported as new again. */
  readonly forgotten: number;
  /** Items aggregated under `*` because too many were new in one period. */
  readonly summedElsewhere: number;
  /** Connection events that were not reported because there were too many in one period. */
  readonly connectionsUnreported: number;
  /** New contacts and requests that were not examined for scans because there were too many in one period. */
  readonly unexamined: number;
  /** Responses whose values were not reported because there were too many in one period. */
  readonly readingsUnreported: number;
  /** Hardware addresses that were not reported because there were too many in one period. */
  readonly addressesUnreported: number;
}

/**
 * Turns packets and messages into a bounded number of events: traffic and faults are aggregated over a period, new items are
 * reported at once, and series of new items that resemble a scan are recognised. Its memory is bounded for any input.
 */
export class TrafficMeter {
  readonly #tap: string;
  readonly #periodMs: number;
  readonly #emit: (event: WireEvent) => void;
  readonly #traffic: TrafficSums;
  readonly #faults: FaultSums;
  readonly #scans: ScanWatch;
  readonly #budgets: Readonly<
    Record<'traffic' | 'faults' | 'connections' | 'contacts' | 'requests' | 'readings' | 'addresses', Budget>
  >;
  #dropped = 0;

  constructor({ tap, periodMs, rows = 16_384, mostNew = 2_000 }: MeterOptions, emit: (event: WireEvent) => void) {
    this.#tap = tap;
    this.#periodMs = periodMs;
    this.#emit = emit;
    const each = periodMs === 0;
    const budget = (most = mostNew): Budget => new Budget(each ? Number.POSITIVE_INFINITY : most);
    const budgets = {
      traffic: budget(),
      faults: budget(),
      connections: budget(),
      contacts: budget(),
      requests: budget(),
      readings: budget(),
      addresses: budget(Math.min(mostNew, mostAddresses)),
    };
    this.#budgets = budgets;
    this.#traffic = new TrafficSums({ each, rows, budget: budgets.traffic }, (report) =>
      emit({ type: 'wire-traffic', tap, ...report }),
    );
    this.#faults = new FaultSums({ each, rows: mostBursts, budget: budgets.faults }, (report) => {
      emit({ type: 'wire-fault', tap, ...report });
    });
    this.#scans = new ScanWatch(budgets, (report) => emit({ type: 'wire-scan', tap, ...report }));
  }

  /** Counts a packet; called before its payload is decoded. */
  packet(ends: WireEnds, from: Side, bytes: number, at: PacketStamp): void {
    this.#traffic.packet(ends, bytes, at);
    this.#scans.packet(ends, from, at.time);
  }

  /** A connection was opened, refused or closed. */
  connection(ends: WireEnds, state: WireConnectionEvent['state'], at: PacketStamp): void {
    if (state === 'refused') this.#scans.refused(ends, at.time);
    if (!this.#budgets.connections.take()) return;
    this.#emit({ type: 'wire-connection', time: at.time, tap: this.#tap, ends, state });
  }

  /**
   * An IP address has another hardware address.
   * @param before undefined for the first one
   * @returns false if too many were reported in this period
   */
  address(ends: WireEnds, address: string, before: string | undefined, at: PacketStamp): boolean {
    if (!this.#budgets.addresses.take()) return false;
    this.#emit({ type: 'wire-address', time: at.time, tap: this.#tap, ends, address, before });
    return true;
  }

  /** Counts packets that were dropped before they reached the tap. */
  loss(dropped: number, time: number): void {
    this.#dropped += dropped;
    if (this.#periodMs === 0) this.#reportLoss(time);
  }

  /** Destination of what the decoder of a connection between these ends reads. */
  reportFor(ends: WireEnds): WireReport {
    const tap = this.#tap;
    return {
      message: (message, at) => {
        this.#traffic.message(ends, message, at);
        this.#scans.message(ends, message, at.time);
      },
      write: (write, at) => this.#emit({ type: 'wire-write', time: at.time, tap, ends, ...write }),
      answered: (readings, at) => {
        if (this.#budgets.readings.take()) this.#emit({ type: 'wire-readings', time: at.time, tap, ends, ...readings });
      },
      session: (session, at) => this.#emit({ type: 'wire-session', time: at.time, tap, ends, ...session }),
      fault: (fault, at) => this.#faults.add(ends, fault, at.time),
    };
  }

  /**
   * Closes the last packet and the reporting period, and reports the aggregates. The caller keeps the period. With a period of 0
   * it calls this after each packet, so that all consequences of a packet are reported before the next one.
   */
  flush(time: number): void {
    this.#traffic.flush(time);
    this.#faults.flush(time);
    this.#scans.flush(time);
    this.#reportLoss(time);
    for (const budget of Object.values(this.#budgets)) budget.renew();
  }

  counts(): MeterCounts {
    const { traffic, faults, connections, contacts, requests, readings, addresses } = this.#budgets;
    return {
      forgotten: this.#traffic.forgotten + this.#scans.forgotten,
      summedElsewhere: traffic.exceeded + faults.exceeded,
      connectionsUnreported: connections.exceeded,
      unexamined: contacts.exceeded + requests.exceeded,
      readingsUnreported: readings.exceeded,
      addressesUnreported: addresses.exceeded,
    };
  }

  /** Entries in all tables, for memory checks. */
  get size(): number {
    return this.#traffic.rows + this.#faults.rows + this.#scans.size;
  }

  #reportLoss(time: number): void {
    if (this.#dropped === 0) return;
    this.#emit({ type: 'wire-loss', time, tap: this.#tap, dropped: this.#dropped });
    this.#dropped = 0;
  }
}
