import type { WireConnectionEvent, WireEnds, WireEvent } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, WireReport } from '../decoder.ts';
import { Budget } from './budget.ts';
import { FaultSums } from './faults.ts';
import { ScanWatch } from './scans.ts';
import { TrafficSums } from './traffic.ts';

/** What a meter is made for. */
export interface MeterOptions {
  /** The tap's name in the configuration. */
  readonly tap: string;
  /** Reporting period in stream time, ms; 0 tells of every packet by itself, and sums nothing up. */
  readonly periodMs: number;
  /** Operations between two ends of which sums are kept. */
  readonly rows?: number;
  /**
   * How much that is new is told by itself, or looked at for scans, in one period: new conversations, bursts of faults,
   * connection events, contacts and requests, so many of each.
   */
  readonly mostNew?: number;
}

/** Bursts of faults that are counted at a time. */
const mostBursts = 4_096;

/** What a meter has left out, since it was made. */
export interface MeterCounts {
  /** Rows, walks and things seen that were forgotten for want of room: they would be told as new again. */
  readonly forgotten: number;
  /** What was summed up under `*` because too much was new in a period. */
  readonly summedElsewhere: number;
  /** Connection events that were not told because there were too many in a period. */
  readonly connectionsNotTold: number;
  /** New contacts and requests that were not looked at for scans because there were too many in a period. */
  readonly notLookedAt: number;
}

/**
 * From packets and messages to a bounded number of events: traffic and faults are summed up over a period, what is new is told
 * at once, and runs of new things that look like a scan are recognised. Its memory is bounded whatever comes.
 */
export class TrafficMeter {
  readonly #tap: string;
  readonly #periodMs: number;
  readonly #emit: (event: WireEvent) => void;
  readonly #traffic: TrafficSums;
  readonly #faults: FaultSums;
  readonly #scans: ScanWatch;
  readonly #budgets: Readonly<Record<'traffic' | 'faults' | 'connections' | 'contacts' | 'requests', Budget>>;
  #dropped = 0;

  constructor({ tap, periodMs, rows = 16_384, mostNew = 2_000 }: MeterOptions, emit: (event: WireEvent) => void) {
    this.#tap = tap;
    this.#periodMs = periodMs;
    this.#emit = emit;
    const each = periodMs === 0;
    const budget = (): Budget => new Budget(each ? Number.POSITIVE_INFINITY : mostNew);
    const budgets = { traffic: budget(), faults: budget(), connections: budget(), contacts: budget(), requests: budget() };
    this.#budgets = budgets;
    this.#traffic = new TrafficSums({ each, rows, budget: budgets.traffic }, (told) =>
      emit({ type: 'wire-traffic', tap, ...told }),
    );
    this.#faults = new FaultSums({ each, rows: mostBursts, budget: budgets.faults }, (told) => {
      emit({ type: 'wire-fault', tap, ...told });
    });
    this.#scans = new ScanWatch(budgets, (told) => emit({ type: 'wire-scan', tap, ...told }));
  }

  /** Each packet, before its payload is decoded. */
  packet(ends: WireEnds, from: Side, bytes: number, at: PacketStamp): void {
    this.#traffic.packet(ends, bytes, at);
    this.#scans.packet(ends, from, at.time);
  }

  /** A connection began, was refused, or ended. */
  connection(ends: WireEnds, state: WireConnectionEvent['state'], at: PacketStamp): void {
    if (state === 'refused') this.#scans.refused(ends, at.time);
    if (!this.#budgets.connections.take()) return;
    this.#emit({ type: 'wire-connection', time: at.time, tap: this.#tap, ends, state });
  }

  /** So many packets were dropped before the tap could see them. */
  loss(dropped: number, time: number): void {
    this.#dropped += dropped;
    if (this.#periodMs === 0) this.#tellLoss(time);
  }

  /** Where the decoder of a connection between these ends puts what it has read. */
  reportFor(ends: WireEnds): WireReport {
    const tap = this.#tap;
    return {
      message: (message, at) => {
        this.#traffic.message(ends, message, at);
        this.#scans.message(ends, message, at.time);
      },
      write: (write, at) => this.#emit({ type: 'wire-write', time: at.time, tap, ends, ...write }),
      session: (session, at) => this.#emit({ type: 'wire-session', time: at.time, tap, ends, ...session }),
      fault: (fault, at) => this.#faults.add(ends, fault, at.time),
    };
  }

  /**
   * Ends the last packet and the reporting period: tells what was summed up. The caller keeps the period; with one of 0 it
   * calls this after each packet's payload was decoded, so that all that a packet causes is told before the next one comes.
   */
  flush(time: number): void {
    this.#traffic.flush(time);
    this.#faults.flush(time);
    this.#scans.flush(time);
    this.#tellLoss(time);
    for (const budget of Object.values(this.#budgets)) budget.renew();
  }

  counts(): MeterCounts {
    const { traffic, faults, connections, contacts, requests } = this.#budgets;
    return {
      forgotten: this.#traffic.forgotten + this.#scans.forgotten,
      summedElsewhere: traffic.exceeded + faults.exceeded,
      connectionsNotTold: connections.exceeded,
      notLookedAt: contacts.exceeded + requests.exceeded,
    };
  }

  /** Entries in all tables, for those who watch memory. */
  get size(): number {
    return this.#traffic.rows + this.#faults.rows + this.#scans.size;
  }

  #tellLoss(time: number): void {
    if (this.#dropped === 0) return;
    this.#emit({ type: 'wire-loss', time, tap: this.#tap, dropped: this.#dropped });
    this.#dropped = 0;
  }
}
