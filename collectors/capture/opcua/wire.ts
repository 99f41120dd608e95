import type { PacketStamp, Side, StreamContext, WireMessage } from '../decoder.ts';
import type { WireEnds, WireFaultEvent } from '../../../src/core/wire.ts';
import type { ReadingPace } from '../reading-pace.ts';
import type { OpcuaPoints } from './points.ts';
import type { Posture } from './posture.ts';
import type { Seen, ServerSeen } from './seen.ts';
import { type Scalar, shown } from './variant.ts';
import type { ChangeSink } from './writes.ts';

/** Emits the events of one connection, each with the packet that was being decoded. */
export class Wire implements ChangeSink {
  readonly device: string | undefined;
  readonly seen: ServerSeen;
  readonly points: OpcuaPoints;
  readonly #ends: WireEnds;
  readonly #pace: ReadingPace;
  readonly #report: StreamContext['report'];
  /** Packet that is being decoded. */
  at: PacketStamp = { time: Number.NaN, number: 0 };
  /** Side of the OPC UA client: the one that opened the connection, except after a ReverseHello. */
  requester: Side = 'client';

  constructor(
    { ends, report }: StreamContext,
    { seen, points, pace }: { readonly seen: Seen; readonly points: OpcuaPoints; readonly pace: ReadingPace },
  ) {
    this.device = ends.device;
    this.seen = seen.of(ends.server, ends.port);
    this.points = points;
    this.#ends = ends;
    this.#pace = pace;
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

  /** Reports the values of tags in one response. */
  answered(operation: string, values: readonly (readonly [node: string, value: Scalar])[]): void {
    if (this.device === undefined) return;
    const isDue = this.#pace.of(this.#ends, this.at.time);
    // a message with several values of a node has the latest last
    const readings = values.toReversed().flatMap(([node, value]) => {
      const tag = typeof value === 'number' && Number.isFinite(value) ? this.points.tagOf(this.device, node) : undefined;
      return tag === undefined || typeof value !== 'number' || !isDue(tag) ? [] : [{ tag, value }];
    });
    if (readings.length > 0) this.#report.answered({ operation, readings }, this.at);
  }

  /** Reports protection and use of a channel, unless an equal event was reported before. */
  session(posture: Posture): void {
    const event = posture.event();
    if (event !== undefined) this.#report.session(event, this.at);
  }
}
