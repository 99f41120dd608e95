import type { PacketStamp, Side, StreamContext, WireMessage } from '../decoder.ts';
import type { WireFaultEvent } from '../../../src/core/wire.ts';
import type { OpcuaPoints } from './points.ts';
import type { Posture } from './posture.ts';
import type { Seen, ServerSeen } from './seen.ts';
import { shown } from './variant.ts';
import type { ChangeSink } from './writes.ts';

/** Emits the events of one connection, each with the packet that was being decoded. */
export class Wire implements ChangeSink {
  readonly device: string | undefined;
  readonly seen: ServerSeen;
  readonly points: OpcuaPoints;
  readonly #report: StreamContext['report'];
  /** Packet that is being decoded. */
  at: PacketStamp = { time: Number.NaN, number: 0 };
  /** Side of the OPC UA client: the one that opened the connection, except after a ReverseHello. */
  requester: Side = 'client';

  constructor({ ends, report }: StreamContext, seen: Seen, points: OpcuaPoints) {
    this.device = ends.device;
    this.seen = seen.of(ends.server, ends.port);
    this.points = points;
    this.#report = report;
  }

  message(message: WireMessage): void {
    this.#report.message(message, this.at);
  }

  fault(fault: WireFaultEvent['fault'], operation: string, detail: string): void {
    this.#report.fault({ fault, operation, detail: shown(detail) }, this.at);
  }

  change(change: Parameters<ChangeSink['change']>[0]): void {
    this.#report.write(change, this.at);
  }

  /** Reports protection and use of a channel, unless an equal event was reported before. */
  session(posture: Posture): void {
    const event = posture.event();
    if (event !== undefined) this.#report.session(event, this.at);
  }
}
