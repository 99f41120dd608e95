/** One reply as its bytes say it: who answers, and the application data unit without addresses and checks (PDU). */
export interface ReplyFrame {
  readonly unit: number;
  readonly pdu: Buffer;
}

/**
 * How requests and replies lie in the bytes of a connection. One request is asked at a time; `request` begins it, and `take`
 * is given what arrives until its reply is found.
 */
export interface Framing {
  /** Bytes before and after the PDU of a request. */
  readonly before: number;
  readonly after: number;
  /**
   * True where a reply does not name its request (RTU): one that comes late must then be waited for, or it would be taken for
   * the next one.
   */
  readonly anonymous: boolean;
  /** The bytes of a request. What came before it is forgotten. */
  request(unit: number, pdu: Buffer): Buffer;
  /** The reply to the request if it is complete with `chunk`. @throws BrokenStream when nothing that follows can be read */
  take(chunk: Buffer): ReplyFrame | undefined;
  /** Bytes that came and were no reply yet. */
  readonly unread: number;
  /** True when they are so many that a reply must have been among them, and damaged. Asked when nothing more comes. */
  readonly spoilt: boolean;
}

/** The bytes are invalid, and the start of the next reply cannot be found. */
export class BrokenStream extends Error {}
