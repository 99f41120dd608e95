/**
 * The parts of OPC UA's binary encoding (OPC 10000-6, 5.2 and 7.1) that a proxy without security needs, written from the
 * standard.
 */

/** Encoding numbers of the messages that tests distinguish. */
export const service = {
  serviceFault: 397,
  getEndpoints: 428,
  createSession: 461,
  createSessionResponse: 464,
  activateSession: 467,
  closeSession: 473,
  read: 631,
  readResponse: 634,
  browse: 527,
  browseNext: 533,
  translate: 554,
  createSubscription: 787,
  createItems: 751,
  closeChannelResponse: 455,
  publish: 826,
  publishResponse: 829,
  republish: 832,
  transfer: 841,
  deleteSubscriptions: 847,
} as const;

/** Names of the requests that a monitor sends, by encoding number. */
const requestNames: Readonly<Record<number, string>> = {
  [service.getEndpoints]: 'GetEndpoints',
  [service.createSession]: 'CreateSession',
  [service.activateSession]: 'ActivateSession',
  [service.closeSession]: 'CloseSession',
  [service.browse]: 'Browse',
  [service.browseNext]: 'BrowseNext',
  [service.translate]: 'TranslateBrowsePathsToNodeIds',
  [service.read]: 'Read',
  [service.createItems]: 'CreateMonitoredItems',
  [service.createSubscription]: 'CreateSubscription',
  [service.publish]: 'Publish',
  [service.republish]: 'Republish',
  [service.transfer]: 'TransferSubscriptions',
  [service.deleteSubscriptions]: 'DeleteSubscriptions',
};

/** One chunk, with its type and, for a message in clear, its service. */
export interface Chunk {
  readonly kind: string;
  readonly bytes: Buffer;
  /** Encoding number of the message; 0 if it has none or this is a later chunk. */
  readonly service: number;
  /** True for a later chunk of a message. */
  readonly later: boolean;
}

/**
 * Service that a client's chunk requests, by name. Undefined for chunks without a service (Hello, and the ERR by which the
 * library leaves a server that breaks the protocol) and for later chunks of a message.
 */
export function askedBy({ kind, service: number, later }: Chunk): string | undefined {
  if (kind === 'HEL' || kind === 'ERR' || later) return undefined;
  if (kind === 'OPN') return 'OpenSecureChannel';
  if (kind === 'CLO') return 'CloseSecureChannel';
  return kind === 'MSG' ? (requestNames[number] ?? `i=${number}`) : kind;
}

const headerBytes = 8;
const channelAt = headerBytes;
/** Channel, token, sequence number, request. */
const sequenceAt = 16;
const requestAt = 20;
const bodyAt = 24;

/** Cuts a stream into chunks. */
export class ChunkReader {
  #rest: Buffer = Buffer.alloc(0);
  #continued = false;

  *feed(data: Buffer): Generator<Chunk> {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= headerBytes) {
      const length = this.#rest.readUInt32LE(4);
      if (this.#rest.length < length) return;
      const bytes = Buffer.from(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      yield this.chunk(bytes);
    }
  }

  /** One whole chunk. */
  chunk(bytes: Buffer): Chunk {
    const kind = bytes.toString('latin1', 0, 3);
    const later = kind === 'MSG' && this.#continued;
    if (kind === 'MSG') this.#continued = bytes.toString('latin1', 3, 4) === 'C';
    return { kind, bytes, later, service: kind === 'MSG' && !later ? numberAt(bytes, bodyAt) : 0 };
  }
}

/** True if an OpenSecureChannel message opens a channel without security. */
export const opensInClear = ({ bytes }: Chunk): boolean => {
  const end = channelAt + 4 + stringBytes(bytes, channelAt + 4);
  return bytes.toString('latin1', channelAt + 8, end).endsWith('#None');
};

export const sequenceOf = (bytes: Buffer): number => bytes.readUInt32LE(sequenceAt);
/** Number that links an answer to its request. */
export const requestOf = ({ bytes }: Chunk): number => bytes.readUInt32LE(requestAt);
export const setSequence = (bytes: Buffer, sequence: number): void => void bytes.writeUInt32LE(sequence >>> 0, sequenceAt);

function numberAt(bytes: Buffer, at: number): number {
  if (bytes[at] === 0) return bytes[at + 1] ?? 0;
  return bytes[at] === 1 ? bytes.readUInt16LE(at + 2) : 0;
}

export function nodeIdBytes(bytes: Buffer, at: number): number {
  const form = (bytes[at] ?? 0) & 0x3f;
  if (form === 0) return 2;
  if (form === 1) return 4;
  if (form === 2) return 7;
  if (form === 4) return 19;
  return 3 + stringBytes(bytes, at + 3);
}

const stringBytes = (bytes: Buffer, at: number): number => 4 + Math.max(0, bytes.readInt32LE(at));

/** Number of operations of a request: nodes to read or browse, paths, items. 0 for other services. */
export function operationsOf({ bytes, service: number }: Chunk): number {
  let at = bodyAt + nodeIdBytes(bytes, bodyAt);
  at += nodeIdBytes(bytes, at); // session
  at += 8 + 4 + 4; // time, handle, diagnostics
  at += stringBytes(bytes, at); // audit
  at += 4; // time-out
  at += nodeIdBytes(bytes, at) + 1; // additional header
  if (number === service.read) return bytes.readUInt32LE(at + 12);
  if (number === service.translate) return bytes.readUInt32LE(at);
  if (number === service.createItems) return bytes.readUInt32LE(at + 8);
  // after the view and the requested number of references
  if (number === service.browse) return bytes.readUInt32LE(at + nodeIdBytes(bytes, at) + 16);
  return 0;
}

/** A ServiceFault as the answer to a request. Its sequence number is not set yet. */
export function faultFor({ bytes }: Chunk, status: number): Buffer {
  const at = bodyAt + nodeIdBytes(bytes, bodyAt);
  const handle = bytes.readUInt32LE(at + nodeIdBytes(bytes, at) + 8);
  const fault = Buffer.alloc(bodyAt + 4 + 8 + 4 + 4 + 1 + 4 + 3);
  bytes.copy(fault, 8, 8, 16); // channel and token
  bytes.copy(fault, requestAt, requestAt, bodyAt);
  fault.write('MSGF', 0, 'latin1');
  fault.writeUInt32LE(fault.length, 4);
  fault[bodyAt] = 1;
  fault.writeUInt16LE(service.serviceFault, bodyAt + 2);
  fault.writeUInt32LE(handle, bodyAt + 12);
  fault.writeUInt32LE(status >>> 0, bodyAt + 16);
  fault.writeInt32LE(-1, bodyAt + 21);
  return fault;
}

/** Error message by which a server ends a connection, with the reason. */
export function errorMessage(status: number, reason: string): Buffer {
  const text = Buffer.from(reason);
  const bytes = Buffer.alloc(headerBytes + 8 + text.length);
  bytes.write('ERRF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(status >>> 0, 8);
  bytes.writeInt32LE(text.length, 12);
  text.copy(bytes, 16);
  return bytes;
}

/** End of the secure channel instead of an answer. */
export function channelEnd({ bytes }: Chunk): Buffer {
  const end = Buffer.alloc(bodyAt + 4 + 8 + 4 + 4 + 1 + 4 + 3);
  bytes.copy(end, headerBytes, headerBytes, bodyAt); // channel, token, sequence number, request
  end.write('CLOF', 0, 'latin1');
  end.writeUInt32LE(end.length, 4);
  end[bodyAt] = 1;
  end.writeUInt16LE(service.closeChannelResponse, bodyAt + 2);
  end.writeInt32LE(-1, bodyAt + 21);
  return end;
}
