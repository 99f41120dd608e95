import { encrypted } from '../../../src/core/wire.ts';
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
/** Number of consecutive unreadable messages after which a channel with an unseen opening counts as encrypted. */
const enoughUnread = 3;
/** The sequence number may restart below this value when it is within this distance of its maximum. */
const sequenceSlack = 1024;
/** Plausible times of an OPC UA clock, ms UTC: 1990 to 2110. */
const earliest = Date.UTC(1990);
const latest = Date.UTC(2110);

/** One direction of a channel. */
interface Direction {
  readonly assembly: Assembly;
  /** Last sequence number; undefined if any next one is accepted. */
  sequence: number | undefined;
  /** True if the next chunk may belong to a message whose beginning was not seen. */
  resuming: boolean;
}

/** True if a body begins a readable message: a service of the standard, and a header with a plausible time. */
function beginsMessage(body: Buffer): boolean {
  const reader = new Reader(body);
  const service = standardService(nodeId(reader));
  if (service === undefined) return false;
  if (service.kind === 'request') nodeId(reader);
  const time = reader.time();
  return !reader.failed && !(time < earliest) && !(time > latest);
}

/**
 * One secure channel. Its bytes decide if messages are readable: mode Sign leaves them readable, and a channel whose opening was
 * not seen has no known mode.
 */
export class Channel {
  readonly posture = new Posture();
  readonly exchange: Exchange;
  readonly #wire: Wire;
  readonly #sides: Readonly<Record<Side, Direction>>;
  #cover: 'unknown' | 'clear' | 'encrypted' = 'unknown';
  #unread = 0;
  /** Time of an encrypted request to open the channel, ms UTC. */
  #openingAt: number | undefined;

  constructor(wire: Wire, budget: Budget) {
    this.#wire = wire;
    this.exchange = new Exchange(wire, this.posture, budget);
    const direction = (): Direction => ({ assembly: new Assembly(budget), sequence: undefined, resuming: true });
    this.#sides = { client: direction(), server: direction() };
  }

  /** The channel is observed from its beginning. */
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
    if (from === this.#wire.requester) this.exchange.pending.missed();
  }

  /** Handles an OpenSecureChannel message after its security header. Under any policy except None it is always encrypted. */
  open(from: Side, policy: string, bytes: Buffer): void {
    if (this.posture.policy !== policy) this.#cover = policy === 'None' ? 'clear' : 'unknown';
    this.posture.policy = policy;
    if (policy === 'None') {
      this.chunk(from, 'OPN', 'F', bytes);
      return;
    }
    const { time } = this.#wire.at;
    const isRequester = from === this.#wire.requester;
    const latencyMs = isRequester || this.#openingAt === undefined ? undefined : time - this.#openingAt;
    this.#openingAt = isRequester ? time : undefined;
    this.#sides[from].sequence = undefined;
    this.#wire.message({ from, kind: isRequester ? 'request' : 'response', operation: 'OpenSecureChannel', latencyMs });
  }

  /** Handles a chunk after its security header. */
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

  /** The channel is closed. */
  close(): void {
    this.exchange.close();
    for (const { assembly } of Object.values(this.#sides)) assembly.clear();
    this.report();
  }

  /** Reports how the channel is protected, once that is known and unless it was reported. */
  report(): void {
    if (!this.posture.isReported && (this.posture.policy !== undefined || this.posture.mode !== ''))
      this.#wire.session(this.posture);
  }

  #begins(side: Direction, final: string, body: Buffer): boolean {
    if (final === 'A' || !beginsMessage(body)) return this.#cover === 'clear' && !side.resuming;
    this.#cover = 'clear';
    this.#unread = 0;
    side.resuming = false;
    return true;
  }

  /** Handles a chunk that cannot be read. */
  #pass(from: Side, type: string, final: string): void {
    if (final === 'C') return;
    this.#unread++;
    if (this.#cover === 'unknown' && (this.posture.policy !== undefined || this.#unread >= enoughUnread)) {
      this.#cover = 'encrypted';
      this.posture.mode = 'SignAndEncrypt';
    }
    const kind = from === this.#wire.requester ? 'request' : 'response';
    const word = this.#cover === 'encrypted' ? encrypted : 'MSG';
    this.#wire.message({ from, kind, operation: type === 'CLO' ? 'CloseSecureChannel' : word });
    if (this.#cover === 'encrypted') this.report();
  }

  #sequence(side: Direction, type: string, number: number): void {
    const last = side.sequence;
    side.sequence = number;
    if (last === undefined || number === (last + 1) >>> 0) return;
    if (last >= 2 ** 32 - 1 - sequenceSlack && number < sequenceSlack) return;
    this.#wire.fault('malformed', type, `sequence number ${number} after ${last}`);
  }
}
