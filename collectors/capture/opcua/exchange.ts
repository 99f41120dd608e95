import type { Side } from '../decoder.ts';
import type { Budget } from './budget.ts';
import { nodeId } from './builtin.ts';
import { type Kept, remember, settle } from './effects.ts';
import { type Pending, PendingRequests } from './pending.ts';
import type { Posture } from './posture.ts';
import { type Read, Reader } from './reader.ts';
import { nodesOf, type Request, requests } from './requests.ts';
import { type Response, responseHeader, responses, resultsOf } from './responses.ts';
import { type Service, type ServiceName, serviceFault, serviceOf } from './services.ts';
import { isRefusal, statusName } from './status.ts';
import { requestHeader } from './structures.ts';
import type { Wire } from './wire.ts';
import { reportChanges } from './writes.ts';

/** Services that a client uses before it has a session. A channel that used only these is reported when it ends. */
const beforeSession: ReadonlySet<string> = new Set<ServiceName>([
  'OpenSecureChannel',
  'CloseSecureChannel',
  'FindServers',
  'FindServersOnNetwork',
  'GetEndpoints',
  'RegisterServer',
  'RegisterServer2',
  'CreateSession',
  'ActivateSession',
]);
/** Estimated memory of a kept request, in addition to twice the bytes of its message. */
const keptBytes = 500;

/** Time after which a change is reported without its answer, ms. */
const patienceMs = 30_000;

/** An unencrypted message. */
export interface ClearMessage {
  readonly from: Side;
  readonly request: number;
  readonly bytes: Buffer;
  /** False if bytes are missing, or if the message may include a signature. */
  readonly whole: boolean;
}

/** Decodes the unencrypted messages of one channel, and matches responses with requests. */
export class Exchange {
  readonly #wire: Wire;
  readonly #posture: Posture;
  readonly #budget: Budget;
  readonly pending = new PendingRequests();

  constructor(wire: Wire, posture: Posture, budget: Budget) {
    this.#wire = wire;
    this.#posture = posture;
    this.#budget = budget;
  }

  read(message: ClearMessage): void {
    const patientSince = this.#wire.at.time - patienceMs;
    for (let late = this.pending.overdue(patientSince); late !== undefined; late = this.pending.overdue(patientSince))
      this.#abandon(late);
    const reader = new Reader(message.bytes);
    const service = serviceOf(nodeId(reader));
    const bySide = message.from === this.#wire.requester ? 'request' : 'response';
    if ((service.kind === 'other' ? bySide : service.kind) === 'request') this.#request(message, service, reader);
    else this.#answered(message, service, reader);
  }

  /** Handles a message that its sender aborted (OPC 10000-6, 6.7.3): a StatusCode and a reason. */
  abort(from: Side, request: number, body: Buffer): void {
    const reader = new Reader(body);
    const why = `aborted: ${statusName(reader.u32())} ${reader.text()}`;
    const pending = from === this.#wire.requester ? undefined : this.pending.take(request);
    const operation = pending?.operation ?? 'MSG';
    if (pending === undefined) this.#wire.message({ from, kind: 'other', operation, refused: true });
    else this.#respond(from, operation, true, pending);
    this.#wire.fault('exception', operation, why);
    if (pending !== undefined) this.#abandon(pending);
  }

  /** The channel is closed: pending requests will not be answered. */
  close(): void {
    for (const pending of this.pending.drain()) this.#abandon(pending);
  }

  #request(message: ClearMessage, { operation, name }: Service, reader: Reader): void {
    const wire = this.#wire;
    requestHeader(reader);
    const body = bodyOf(requests, name, reader);
    const known = body === undefined ? undefined : ({ name, body } as Request);
    this.#checkEnd(message, `${operation} request`, operation, reader, known !== undefined);
    wire.message({ from: message.from, kind: 'request', operation, nodes: known === undefined ? undefined : nodesOf(known) });
    const kept = known === undefined ? undefined : remember(known, this.#posture, wire);
    this.#wait(message, operation, kept);
    this.#reportUse(operation);
  }

  #wait({ request, bytes }: ClearMessage, operation: string, kept: Kept | undefined): void {
    const wanted = kept === undefined ? 0 : keptBytes + 2 * bytes.length;
    const cost = this.#budget.take(wanted) ? wanted : 0;
    const waiting: Pending = { operation, time: this.#wire.at.time, kept: cost < wanted ? undefined : kept, cost };
    if (cost < wanted) this.#abandon({ ...waiting, kept });
    const displaced = this.pending.add(request, waiting);
    if (displaced === undefined) return;
    this.#budget.requestsGivenUp++;
    this.#abandon(displaced);
  }

  #answered(message: ClearMessage, service: Service, reader: Reader): void {
    const { from, request } = message;
    const wire = this.#wire;
    const { status } = responseHeader(reader);
    const pending = this.pending.take(request);
    const operation = service === serviceFault ? (pending?.operation ?? service.operation) : service.operation;
    const refusedWhole = service === serviceFault || isRefusal(status);
    const body = refusedWhole ? undefined : bodyOf(responses, service.name, reader);
    this.#checkEnd(message, `${operation} response`, operation, reader, body !== undefined);
    const results = body === undefined ? [] : resultsOf(body);
    const refused = refusedWhole || (results.length > 0 && results.every(isRefusal));
    const right = pending !== undefined && pending.operation === operation;
    this.#respond(from, operation, refused, right ? pending : undefined);
    if (refused) wire.fault('exception', operation, statusName(refusedWhole ? status : (results[0] ?? status)));
    if (pending === undefined) {
      if (!this.pending.expected(request))
        wire.fault('unmatched', operation, `response ${request} answers no request that waits`);
    } else if (!right) {
      wire.fault('unmatched', operation, `response ${request} answers a ${pending.operation} request`);
      this.#abandon(pending);
    } else this.#budget.give(pending.cost);
    const response = body === undefined ? undefined : ({ name: service.name, body } as Response);
    if (right || (pending === undefined && response !== undefined)) settle(pending?.kept, response, this.#posture, wire);
    if (operation === 'ActivateSession' && !refused) wire.session(this.#posture);
    this.#reportUse(operation);
  }

  #respond(from: Side, operation: string, refused: boolean, pending: Pending | undefined): void {
    const latencyMs = pending === undefined ? undefined : this.#wire.at.time - pending.time;
    this.#wire.message({ from, kind: 'response', operation, refused, latencyMs });
  }

  /** Reports the use of a session that was opened before the capture began. */
  #reportUse(operation: string): void {
    if (!this.#posture.isReported && !beforeSession.has(operation)) this.#wire.session(this.#posture);
  }

  /** @param read true if the body was decoded to its end, so that the bytes after it can be checked */
  #checkEnd({ whole }: ClearMessage, what: string, operation: string, reader: Reader, read: boolean): void {
    if (reader.failed) {
      if (whole) this.#wire.fault('malformed', operation, `${what} cannot be read at byte ${reader.at}`);
      return;
    }
    if (!read || this.#posture.clear(reader.left, whole)) return;
    this.#wire.fault('malformed', operation, `${what} has ${reader.left} bytes after its end`);
  }

  #abandon({ kept, cost }: Pending): void {
    this.#budget.give(cost);
    if (kept?.kind === 'changes') reportChanges(kept, undefined, [], this.#wire);
  }
}

const bodyOf = (bodies: Partial<Record<ServiceName, Read<unknown>>>, name: ServiceName | undefined, reader: Reader): unknown =>
  name === undefined ? undefined : bodies[name]?.(reader);
