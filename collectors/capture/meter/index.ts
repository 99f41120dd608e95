import type { WireConnectionEvent, WireEnds, WireEvent } from '../../../src/core/wire.ts';
import type { PacketStamp, Side, WireReport } from '../decoder.ts';

/** What a meter is made for. */
export interface MeterOptions {
  /** The tap's name in the configuration. */
  readonly tap: string;
  /** Reporting period in stream time, ms; 0 tells of every packet at once, and sums nothing up. */
  readonly periodMs: number;
}

/** From packets and messages to a bounded number of events. */
export class TrafficMeter {
  readonly #options: MeterOptions;
  readonly #emit: (event: WireEvent) => void;

  constructor(options: MeterOptions, emit: (event: WireEvent) => void) {
    this.#options = options;
    this.#emit = emit;
  }

  /** Each packet, before its payload is decoded. */
  packet(ends: WireEnds, _from: Side, bytes: number, at: PacketStamp): void {
    void [ends, bytes, at];
  }

  /** A connection began, was refused, or ended. */
  connection(ends: WireEnds, state: WireConnectionEvent['state'], at: PacketStamp): void {
    this.#emit({ type: 'wire-connection', time: at.time, tap: this.#options.tap, ends, state });
  }

  /** So many packets were dropped before the tap saw them. */
  loss(dropped: number, time: number): void {
    this.#emit({ type: 'wire-loss', time, tap: this.#options.tap, dropped });
  }

  /** Where the decoder of a connection between these ends puts what it has read. */
  reportFor(ends: WireEnds): WireReport {
    const { tap } = this.#options;
    return {
      message: () => {},
      write: (write, at) => this.#emit({ type: 'wire-write', time: at.time, tap, ends, ...write }),
      session: (session, at) => this.#emit({ type: 'wire-session', time: at.time, tap, ends, ...session }),
      fault: (fault, at) => this.#emit({ type: 'wire-fault', time: at.time, tap, ends, ...fault }),
    };
  }

  /**
   * Closes the packet that came last and the reporting period: tells what was summed up. With a period of 0 it is called
   * after each packet's payload was decoded, so that what a packet causes is told before the next one comes.
   */
  flush(_time: number): void {}
}
