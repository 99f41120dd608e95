import type { WireConnectionEvent, WireEnds, WireEvent } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, WireReport } from '../decoder.ts';
import { Budget } from './ends.ts';
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
  /** New conversations, bursts of faults and connection events, of each, that are told by themselves in one period. */
  readonly mostNew?: number;
}

/** What a meter has left out, since it was made. */
export interface MeterCounts {
  /** Rows, walks and things seen that were forgotten for want of room: they would be told as new again. */
  readonly forgotten: number;
  /** What was summed up under `*` because too much was new in a period. */
  readonly summedElsewhere: number;
  /** Connection events that were not told because there were too many in a period. */
  readonly connectionsNotTold: number;
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
  readonly #newTraffic: Budget;
  readonly #newFaults: Budget;
  readonly #connections: Budget;
  #dropped = 0;
  #since = Number.NaN;

  constructor({ tap, periodMs, rows = 16_384, mostNew = 2_000 }: MeterOptions, emit: (event: WireEvent) => void) {
    this.#tap = tap;
    this.#periodMs = periodMs;
    this.#emit = emit;
    const each = periodMs === 0;
    const most = each ? Number.POSITIVE_INFINITY : mostNew;
    this.#newTraffic = new Budget(most);
    this.#newFaults = new Budget(most);
    this.#connections = new Budget(most);
    this.#traffic = new TrafficSums({ each, rows, budget: this.#newTraffic }, (told) =>
      emit({ type: 'wire-traffic', tap, ...told }),
    );
    this.#faults = new FaultSums({ each, rows: 4_096, budget: this.#newFaults }, (told) => {
      emit({ type: 'wire-fault', tap, ...told });
    });
    this.#scans = new ScanWatch((told) => emit({ type: 'wire-scan', tap, ...told }));
  }

  /** Each packet, before its payload is decoded. Ends the reporting period when it is over. */
  packet(ends: WireEnds, from: Side, bytes: number, at: PacketStamp): void {
    if (this.#periodMs > 0 && !(Math.abs(at.time - this.#since) < this.#periodMs)) {
      if (!Number.isNaN(this.#since)) this.flush(at.time);
      this.#since = at.time;
    }
    this.#traffic.packet(ends, bytes, at);
    this.#scans.packet(ends, from, at.time);
  }

  /** A connection began, was refused, or ended. */
  connection(ends: WireEnds, state: WireConnectionEvent['state'], at: PacketStamp): void {
    if (state === 'refused') this.#scans.refused(ends, at.time);
    if (!this.#connections.take()) return;
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
   * Ends the last packet and the reporting period: tells what was summed up. With a period of 0 it is called after each
   * packet's payload was decoded, so that all that a packet causes is told before the next one comes.
   */
  flush(time: number): void {
    this.#traffic.flush(time);
    this.#faults.flush(time);
    this.#scans.flush(time);
    this.#tellLoss(time);
    this.#newTraffic.renew();
    this.#newFaults.renew();
    this.#connections.renew();
    this.#since = time;
  }

  counts(): MeterCounts {
    return {
      forgotten: this.#traffic.forgotten + this.#scans.forgotten,
      summedElsewhere: this.#newTraffic.exceeded + this.#newFaults.exceeded,
      connectionsNotTold: this.#connections.exceeded,
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
