import { exceptionName, functionName } from '../../../src/modbus/functions.ts';
import type { PacketStamp, Side, StreamContext, StreamDecoder } from '../decoder.ts';
import type { ReadingPace } from '../reading-pace.ts';
import { Framer, headerBytes, headerFlaw } from './framer.ts';
import type { RegisterMemory } from './memory.ts';
import { echoes, operationOf, type Request, readRequest, readResponse, type Response, type Span } from './pdu.ts';
import { type PendingRequest, PendingRequests, type Stray } from './pending.ts';
import type { ModbusPoints } from './points.ts';
import { readingsIn } from './readings.ts';
import { ownLength, shapeOfRequest, shapeOfResponse } from './shape.ts';
import type { WriteReader } from './writes.ts';

/** Maximum number of unanswered requests of one connection. */
const mostPending = 64;
/** Time after which a request counts as unanswered, ms of stream time. */
const patienceMs = 30_000;
/** Responses that are accepted without a request after the start of the capture or a gap. */
const forgivenAtStart = 16;
/** Frames that fit only swapped sides, without one that fits the assigned sides, after which the sides are swapped. */
const turningPoint = 2;

/** State shared by the conversations of one tap. */
export interface Shared {
  readonly points: ModbusPoints;
  readonly memory: RegisterMemory;
  readonly writes: WriteReader;
  readonly pace: ReadingPace;
  /** Called for each request that is given up as unanswered. */
  readonly unanswered: () => void;
}

/** Modbus TCP on one connection. */
export class ModbusConversation implements StreamDecoder {
  readonly #context: StreamContext;
  readonly #shared: Shared;
  readonly #endpoint: number;
  /** Unit ids that this server may answer with. */
  readonly #answersFor: readonly number[];
  readonly #framers: Readonly<Record<Side, Framer>>;
  readonly #pending: PendingRequests;
  #at: PacketStamp = { time: 0, number: 0 };
  /** Responses that are still accepted without a request. */
  #forgiven = forgivenAtStart;
  /** Frames that only one of the sides can have sent: those that confirm the assigned sides. */
  #right = 0;
  #wrong = 0;

  constructor(context: StreamContext, shared: Shared) {
    this.#context = context;
    this.#shared = shared;
    this.#endpoint = shared.memory.endpoint(context.ends.server, context.ends.port);
    this.#answersFor = shared.points.answersFor(context.ends.device);
    this.#framers = { client: this.#framer('client'), server: this.#framer('server') };
    this.#pending = new PendingRequests(mostPending, (pending) => {
      shared.unanswered();
      this.#settle(pending, undefined);
    });
  }

  data(from: Side, bytes: Buffer, at: PacketStamp): void {
    this.#at = at;
    this.#pending.expire(at.time - patienceMs);
    this.#framers[from].push(bytes);
  }

  gap(from: Side, _missing: number, at: PacketStamp): void {
    this.#at = at;
    this.#framers[from].skip();
    this.#forgiven = forgivenAtStart;
  }

  end(at: PacketStamp): void {
    this.#at = at;
    this.#pending.clear();
  }

  #framer(from: Side): Framer {
    return new Framer({
      frame: (frame) => this.#frame(from, frame),
      lost: (why) => this.#fault('malformed', '', undefined, why),
      fits: (pdu) => (this.#role(from) === 'client' ? shapeOfRequest(pdu) : shapeOfResponse(pdu)) === undefined,
    });
  }

  /** Role of a side; swapped if its frames show that the sides were assigned wrongly. */
  #role(from: Side): Side {
    const turned = this.#right === 0 && this.#wrong >= turningPoint;
    return turned === (from === 'client') ? 'server' : 'client';
  }

  #vote(from: Side, pdu: Buffer): void {
    if (this.#right > 0 || this.#wrong >= turningPoint) return;
    const asRequest = shapeOfRequest(pdu) === undefined;
    if (asRequest === (shapeOfResponse(pdu) === undefined)) return;
    if (asRequest === (from === 'client')) this.#right++;
    else this.#wrong++;
    if (this.#wrong === turningPoint) this.#pending.clear();
  }

  #frame(from: Side, frame: Buffer): number {
    const pdu = frame.subarray(headerBytes);
    const transaction = frame.readUInt16BE(0);
    const unit = frame[headerBytes - 1] ?? 0;
    this.#vote(from, pdu);
    if (this.#role(from) === 'server') {
      this.#response(transaction, unit, pdu);
      return frame.length;
    }
    const request = readRequest(pdu);
    this.#request(transaction, unit, pdu, request);
    return request.flaw === undefined ? frame.length : trueEnd(frame, pdu);
  }

  #request(transaction: number, unit: number, pdu: Buffer, request: Request): void {
    const operation = operationOf(request.code, request.sub);
    this.#context.report.message({ from: 'client', kind: 'request', operation, unit, ...rangeOf(request) }, this.#at);
    if (request.flaw !== undefined) this.#fault('malformed', operation, unit, named(request, request.flaw));
    const target = { device: this.#context.ends.device, endpoint: this.#endpoint, unit };
    this.#pending.add({
      transaction,
      unit,
      request,
      head: Buffer.from(pdu.subarray(0, 7)),
      at: this.#at,
      drafts: this.#shared.writes.drafts(target, request),
    });
  }

  #response(transaction: number, answering: number, pdu: Buffer): void {
    const response = readResponse(pdu);
    const pending = this.#pending.match(transaction, answering, response.code, this.#answersFor.includes(answering));
    if (typeof pending === 'string') return this.#stray(answering, response, pending);
    this.#forgiven = 0;
    const { unit } = pending;
    const operation = operationOf(response.code, pending.request.sub);
    const refused = response.exception !== undefined;
    const latencyMs = Math.max(0, this.#at.time - pending.at.time);
    const range = rangeOf(pending.request);
    this.#context.report.message({ from: 'server', kind: 'response', operation, unit, ...range, refused, latencyMs }, this.#at);
    if (response.exception !== undefined) {
      this.#fault('exception', operation, unit, named(pending.request, refusal(response.exception)));
    }
    const flaw = response.flaw ?? answerFlaw(pending, response, pdu);
    if (flaw !== undefined) this.#fault('malformed', operation, unit, named(pending.request, flaw));
    this.#settle(pending, flaw === undefined ? !refused : undefined);
    const { reads } = pending.request;
    if (flaw === undefined && response.data !== undefined && reads !== undefined) {
      this.#shared.memory.store(this.#endpoint, unit, reads, response.data);
      this.#readings(operation, unit, reads, response.data);
    }
  }

  #readings(operation: string, unit: number, reads: Span, data: Buffer): void {
    const { ends, report } = this.#context;
    if (ends.device === undefined) return;
    const { points, pace } = this.#shared;
    const isDue = pace.of(ends, this.#at.time);
    const readings = readingsIn({ span: reads, data, pointsAt: (at) => points.at(ends.device, unit, reads.table, at), isDue });
    if (readings.length > 0) report.answered({ operation, unit, readings }, this.#at);
  }

  #stray(unit: number, response: Response, stray: Stray): void {
    const operation = operationOf(response.code, response.sub);
    const refused = response.exception !== undefined;
    this.#context.report.message({ from: 'server', kind: 'response', operation, unit, refused }, this.#at);
    if (response.flaw !== undefined) this.#fault('malformed', operation, unit, named(response, response.flaw));
    if (this.#forgiven > 0 && stray === 'nobody') this.#forgiven--;
    else this.#fault('unmatched', operation, unit, named(response, strayText[stray]));
    if (response.exception !== undefined) {
      this.#fault('exception', operation, unit, named(response, refusal(response.exception)));
    }
  }

  /** Reports the writes of a request once their result is known. */
  #settle({ unit, request, drafts }: PendingRequest, accepted: boolean | undefined): void {
    const operation = operationOf(request.code, request.sub);
    for (const { target, tag, before, after } of drafts) {
      const write = { operation, unit, target, tag, before, after: after(), accepted };
      this.#context.report.write(write, this.#at);
    }
    if (accepted === true && request.writes !== undefined) {
      this.#shared.memory.store(this.#endpoint, unit, request.writes, request.writes.data, request.writes.mask);
    }
  }

  #fault(fault: 'malformed' | 'unmatched' | 'exception', operation: string, unit: number | undefined, detail: string): void {
    this.#context.report.fault({ fault, operation, unit, detail }, this.#at);
  }
}

/** End of a request by its own shape if the next frame begins there; else by its header. */
function trueEnd(frame: Buffer, pdu: Buffer): number {
  const end = headerBytes + (ownLength(pdu) ?? frame.length);
  return end + headerBytes < frame.length && headerFlaw(frame, end) === undefined ? end : frame.length;
}

const strayText: Readonly<Record<Stray, string>> = {
  again: 'a second response to one request',
  other: 'a response for another unit or function than the one asked under its transaction',
  nobody: 'a response that nobody asked for',
};

const refusal = (code: number): string => `exception ${code}, ${exceptionName(code)}`;

const named = ({ code, sub }: Pick<Request, 'code' | 'sub'>, what: string): string => `${functionName(code, sub)}: ${what}`;

/** First and last address that a request touches; undefined if it touches none. */
function rangeOf({ reads, writes }: Request): { low: number; high: number } | undefined {
  const [one, other] = [reads ?? writes, writes ?? reads];
  if (one === undefined || other === undefined) return undefined;
  return { low: Math.min(one.start, other.start), high: Math.max(lastOf(one), lastOf(other)) };
}

const lastOf = ({ start, count }: { readonly start: number; readonly count: number }): number => start + Math.max(count, 1) - 1;

/** Mismatch between a well-formed response and its request. */
function answerFlaw({ request, head }: PendingRequest, response: Response, pdu: Buffer): string | undefined {
  if (response.exception !== undefined || request.flaw !== undefined) return undefined;
  const { reads } = request;
  if (response.data !== undefined && reads !== undefined) {
    const inBits = reads.table === 'coil' || reads.table === 'discrete';
    const expected = inBits ? Math.ceil(reads.count / 8) : 2 * reads.count;
    if (response.data.length !== expected) return 'a response with another quantity than was asked for';
  }
  return echoes(request.code, head, pdu) ? undefined : 'a response that does not repeat what was written';
}
