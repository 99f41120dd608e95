/** One decoded reply: the answering unit, and the PDU without addresses and checksums. */
export interface ReplyFrame {
  readonly unit: number;
  readonly pdu: Buffer;
}

/**
 * Format of requests and replies on a connection. One request is in flight at a time: `request` begins it, and `take` receives
 * the incoming bytes until its reply is complete.
 */
export interface Framing {
  /** Number of bytes before and after the PDU of a request. */
  readonly before: number;
  readonly after: number;
  /**
   * True if a reply does not identify its request (RTU): a late reply must then be waited for, because it would be taken for the
   * next one.
   */
  readonly anonymous: boolean;
  /** Bytes of a request. Earlier incoming bytes are dropped. */
  request(unit: number, pdu: Buffer): Buffer;
  /** The reply to the request if `chunk` completes it. @throws BrokenStream if no later bytes can be decoded */
  take(chunk: Buffer): ReplyFrame | undefined;
  /** Number of incoming bytes that form no reply so far. */
  readonly unread: number;
  /** True if these bytes must contain a damaged reply. Evaluated when no more bytes arrive. */
  readonly spoilt: boolean;
}

/** The bytes are invalid, and the start of the next reply cannot be found. */
export class BrokenStream extends Error {}
