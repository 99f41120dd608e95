import type { Side } from '../decoder.ts';
import { Assembly } from './assembly.ts';
import type { Budget } from './budget.ts';
import { nodeId } from './builtin.ts';
import { Exchange } from './exchange.ts';
import { Posture } from './posture.ts';
import { Reader } from './reader.ts';
import { standardService } from './services.ts';
import type { Wire } from './wire.ts';

/** Sequence and request id before each body (OPC 10000-6, 6.7.2.4). */
const sequenceHeaderBytes = 8;
/** Messages in a row that cannot be read, until a channel whose opening was not seen is held to be encrypted. */
const enoughUnread = 3;
/** Before the sequence number reaches its highest value by this, it may start anew below this. */
const sequenceSlack = 1024;
/** Times outside of which nothing that speaks OPC UA has its clock: 1990 and 2110, ms UTC. */
const earliest = Date.UTC(1990);
const latest = Date.UTC(2110);

/** One direction of a channel. */
interface Direction {
  readonly assembly: Assembly;
  /** Last sequence number; undefined where the next one can be any. */
  sequence: number | undefined;
  /** The next chunk may belong to a message whose beginning was not seen. */
  resuming: boolean;
}

/** Whether a body begins a message that can be read: a service of the standard, and a header with a likely time. */
function beginsMessage(body: Buffer): boolean {
  const reader = new Reader(body);
  const service = standardService(nodeId(reader));
  if (service === undefined) return false;
  if (service.kind === 'request') nodeId(reader);
  const time = reader.time();
  return !reader.failed && !(time < earliest) && !(time > latest);
}

/**
 * One secure channel. Whether its messages are in clear is read from their bytes: mode Sign leaves them readable and an
 * opening that was not seen says nothing.
 */
export class Channel {
  readonly posture = new Posture();
  readonly exchange: Exchange;
  readonly #wire: Wire;
  readonly #sides: Readonly<Record<Side, Direction>>;
  #cover: 'unknown' | 'clear' | 'encrypted' = 'unknown';
  #unread = 0;
  /** When its opening was asked for in an encrypted message, ms UTC. */
  #openingAt: number | undefined;

  constructor(wire: Wire, budget: Budget) {
    this.#wire = wire;
    this.exchange = new Exchange(wire, this.posture, budget);
    const direction = (): Direction => ({ assembly: new Assembly(budget), sequence: undefined, resuming: true });
    this.#sides = { client: direction(), server: direction() };
  }

  /** The channel is seen from its beginning. */
  fresh(): void {
    this.exchange.pending.complete();
    this.#sides.client.resuming = false;
    this.#sides.server.resuming = false;
  }

  /** Bytes of one side are missing. */
  missed(from: Side): void {
    const side = this.#sides[from];
    side.assembly.clear();
    side.sequence = undefined;
    side.resuming = true;
    if (from === this.#wire.asker) this.exchange.pending.missed();
  }

  /** An OpenSecureChannel message, behind its security header. Under any policy but None it is always encrypted. */
  open(from: Side, policy: string, bytes: Buffer): void {
    if (this.posture.policy !== policy) this.#cover = policy === 'None' ? 'clear' : 'unknown';
    this.posture.policy = policy;
    if (policy === 'None') {
      this.chunk(from, 'OPN', 'F', bytes);
      return;
    }
    const { time } = this.#wire.at;
    const asks = from === this.#wire.asker;
    const latencyMs = asks || this.#openingAt === undefined ? undefined : time - this.#openingAt;
    this.#openingAt = asks ? time : undefined;
    this.#sides[from].sequence = undefined;
    this.#wire.message({ from, kind: asks ? 'request' : 'response', operation: 'OpenSecureChannel', latencyMs });
  }

  /** A chunk, behind its security header. */
  chunk(from: Side, type: string, final: string, bytes: Buffer): void {
    const side = this.#sides[from];
    if (bytes.length < sequenceHeaderBytes) {
      this.#wire.fault('malformed', type, `${bytes.length} bytes where a sequence header should be`);
      return;
    }
    const request = bytes.readUInt32LE(4);
    const signature = this.posture.signature;
    const body = bytes.subarray(sequenceHeaderBytes, Math.max(sequenceHeaderBytes, bytes.length - (signature ?? 0)));
    const first = !side.assembly.has(request);
    if (first && !this.#begins(side, final, body)) {
      this.#pass(from, type, final);
      return;
    }
    this.#sequence(side, type, bytes.readUInt32LE(0));
    if (final === 'C') side.assembly.add(request, body);
    else if (final === 'A') {
      side.assembly.drop(request);
      this.exchange.abort(from, request, body);
    } else {
      const message = side.assembly.finish(request, body);
      const whole = !message.cut && (first || signature !== undefined);
      this.exchange.read({ from, request, bytes: message.bytes, whole });
    }
  }

  /** The channel is over. */
  close(): void {
    this.exchange.close();
    for (const { assembly } of Object.values(this.#sides)) assembly.clear();
    this.tell();
  }

  /** Tells how the channel is protected, if that is known and was not told. */
  tell(): void {
    if (!this.posture.told && (this.posture.policy !== undefined || this.posture.mode !== '')) this.#wire.session(this.posture);
  }

  #begins(side: Direction, final: string, body: Buffer): boolean {
    if (final === 'A' || !beginsMessage(body)) return this.#cover === 'clear' && !side.resuming;
    this.#cover = 'clear';
    this.#unread = 0;
    side.resuming = false;
    return true;
  }

  /** A chunk that cannot be read. */
  #pass(from: Side, type: string, final: string): void {
    if (final === 'C') return;
    this.#unread++;
    const encrypted = this.posture.policy !== undefined || this.#unread >= enoughUnread;
    if (this.#cover === 'unknown' && encrypted) {
      this.#cover = 'encrypted';
      this.posture.mode = 'SignAndEncrypt';
    }
    const kind = from === this.#wire.asker ? 'request' : 'response';
    const word = this.#cover === 'encrypted' ? 'encrypted' : 'MSG';
    this.#wire.message({ from, kind, operation: type === 'CLO' ? 'CloseSecureChannel' : word });
    if (this.#cover === 'encrypted') this.tell();
  }

  #sequence(side: Direction, type: string, number: number): void {
    const last = side.sequence;
    side.sequence = number;
    if (last === undefined || number === (last + 1) >>> 0) return;
    if (last >= 2 ** 32 - 1 - sequenceSlack && number < sequenceSlack) return;
    this.#wire.fault('malformed', type, `sequence number ${number} after ${last}`);
  }
}
