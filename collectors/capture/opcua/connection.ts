import type { PacketStamp, Side, StreamContext, StreamDecoder } from '../decoder.ts';
import type { ReadingPace } from '../reading-pace.ts';
import type { Budget } from './budget.ts';
import { Channel } from './channel.ts';
import { Framer, headerBytes } from './frames.ts';
import type { OpcuaPoints } from './points.ts';
import { policyName } from './posture.ts';
import { Reader } from './reader.ts';
import type { Seen } from './seen.ts';
import { statusName } from './status.ts';
import { Wire } from './wire.ts';

/** Maximum number of channels of one connection; a conforming client has one. */
const mostChannels = 4;
/** Number of bytes without a message after which a connection counts as another protocol. */
const enoughUnread = 16;

/** State shared by all connections. */
export interface Shared {
  readonly points: OpcuaPoints;
  readonly seen: Seen;
  readonly budget: Budget;
  readonly pace: ReadingPace;
}

/** Decodes one connection: transport messages here, secure channel messages in `Channel`. */
export class Connection implements StreamDecoder {
  readonly #wire: Wire;
  readonly #budget: Budget;
  readonly #framers: Readonly<Record<Side, Framer>>;
  readonly #channels = new Map<number, Channel>();
  /** Time of the client's unanswered Hello, ms UTC. */
  #helloAt: number | undefined;
  #over = false;

  constructor(context: StreamContext, { points, seen, budget, pace }: Shared) {
    this.#wire = new Wire(context, { seen, points, pace });
    this.#budget = budget;
    this.#framers = { client: this.#framer('client'), server: this.#framer('server') };
  }

  data(from: Side, bytes: Buffer, at: PacketStamp): void {
    this.#wire.at = at;
    this.#framers[from].push(bytes);
  }

  gap(from: Side, missing: number, at: PacketStamp): void {
    this.#wire.at = at;
    this.#framers[from].gap(missing);
    this.#missed(from);
  }

  end(at: PacketStamp): void {
    if (this.#over) return;
    this.#over = true;
    this.#wire.at = at;
    for (const [side, framer] of Object.entries(this.#framers)) {
      if (framer.unread >= enoughUnread)
        this.#wire.fault('malformed', '', `no message in the ${framer.unread} bytes of the ${side}`);
      framer.close();
    }
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  #framer(from: Side): Framer {
    return new Framer(
      {
        frame: (frame) => this.#frame(from, frame),
        strayed: (bytes) => {
          this.#missed(from);
          const found = bytes.toString('hex', 0, headerBytes);
          this.#wire.fault('malformed', '', `${found} where a message of the ${from} should begin`);
        },
        lost: () => {
          this.#missed(from);
          this.#wire.fault('lost', '', `no memory is left to put a message of the ${from} together`);
        },
      },
      this.#budget,
    );
  }

  #missed(from: Side): void {
    for (const channel of this.#channels.values()) channel.missed(from);
  }

  #frame(from: Side, frame: Buffer): void {
    const type = frame.toString('latin1', 0, 3);
    const reader = new Reader(frame.subarray(headerBytes));
    switch (type) {
      case 'HEL':
        this.#hello(from, reader);
        break;
      case 'ACK':
        this.#acknowledge(from, reader);
        break;
      case 'ERR':
        this.#error(from, reader);
        break;
      case 'RHE':
        this.#reverseHello(from, reader);
        break;
      case 'OPN':
        this.#open(from, reader);
        break;
      default: {
        const id = reader.u32();
        reader.u32();
        const channel = this.#channel(id);
        channel.chunk(from, type, frame.toString('latin1', 3, 4), reader.raw(reader.left));
        if (type === 'CLO') channel.report();
      }
    }
    if (reader.failed) this.#wire.fault('malformed', type, `${type} message cannot be read at byte ${reader.at}`);
  }

  #hello(from: Side, reader: Reader): void {
    // Protocol version, three buffer sizes and the number of chunks, then the endpoint's address.
    reader.raw(20);
    reader.text();
    this.#wire.requester = from;
    this.#helloAt = this.#wire.at.time;
    this.#wire.message({ from, kind: 'request', operation: 'Hello' });
  }

  #acknowledge(from: Side, reader: Reader): void {
    reader.raw(20);
    this.#wire.message({ from, kind: 'response', operation: 'Hello', latencyMs: this.#sinceHello() });
  }

  #error(from: Side, reader: Reader): void {
    const error = statusName(reader.u32());
    const reason = reader.text();
    const operation = this.#helloAt === undefined ? 'Error' : 'Hello';
    const kind = operation === 'Hello' ? 'response' : 'other';
    this.#wire.message({ from, kind, operation, refused: true, latencyMs: this.#sinceHello() });
    this.#wire.fault('exception', operation, reason === '' ? error : `${error}: ${reason}`);
  }

  #reverseHello(from: Side, reader: Reader): void {
    // Server URI and endpoint address. In a ReverseHello the server has opened the connection.
    reader.text();
    reader.text();
    this.#wire.requester = from === 'client' ? 'server' : 'client';
    this.#wire.message({ from, kind: 'other', operation: 'ReverseHello' });
  }

  #sinceHello(): number | undefined {
    const since = this.#helloAt === undefined ? undefined : this.#wire.at.time - this.#helloAt;
    this.#helloAt = undefined;
    return since;
  }

  #open(from: Side, reader: Reader): void {
    const id = reader.u32();
    const policy = policyName(reader.text());
    const certificate = reader.bytes();
    // Thumbprint of the receiver's certificate, the same in every message to one server.
    reader.bytes();
    if (reader.failed) return;
    const isRequester = from === this.#wire.requester;
    if (!isRequester) this.#rename(id);
    const channel = this.#channel(id);
    if (isRequester && id === 0) channel.fresh();
    if (isRequester) channel.posture.client(certificate);
    channel.open(from, policy, reader.raw(reader.left));
  }

  /** A channel gets its id from the response to the request that opens it. */
  #rename(id: number): void {
    const opening = this.#channels.get(0);
    if (opening === undefined || id === 0) return;
    this.#channels.delete(0);
    this.#channels.get(id)?.close();
    this.#channels.set(id, opening);
  }

  #channel(id: number): Channel {
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const channel = new Channel(this.#wire, this.#budget);
    for (const [oldest, old] of this.#channels) {
      if (this.#channels.size < mostChannels) break;
      this.#budget.channelsGivenUp++;
      old.close();
      this.#channels.delete(oldest);
    }
    this.#channels.set(id, channel);
    return channel;
  }
}
