import { BrokenStream, type Framing, type ReplyFrame } from './framing.ts';

/** Length of transaction, protocol and length; the length field counts from the unit on. */
const prefix = 6;
/** Unit, function and at least one byte; at most unit and a PDU of 253 bytes. */
const shortest = 3;
const longest = 254;

const nothing: Buffer = Buffer.alloc(0);

/**
 * Modbus TCP: each frame contains its transaction and its length. A late or repeated reply to another transaction is dropped. An
 * invalid frame breaks the stream, because nothing after it can be trusted.
 * @see MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3
 */
export class MbapFraming implements Framing {
  readonly before = prefix + 1;
  readonly after = 0;
  readonly anonymous = false;
  /** TCP does not damage bytes: the rest of a partial reply may still arrive. */
  readonly spoilt = false;
  #transaction = 0;
  #rest = nothing;

  get unread(): number {
    return this.#rest.length;
  }

  request(unit: number, pdu: Buffer): Buffer {
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const frame = Buffer.allocUnsafe(this.before + pdu.length);
    frame.writeUInt16BE(this.#transaction, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(pdu.length + 1, 4);
    frame.writeUInt8(unit, prefix);
    pdu.copy(frame, this.before);
    return frame;
  }

  take(chunk: Buffer): ReplyFrame | undefined {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let reply: ReplyFrame | undefined;
    while (bytes.length >= prefix) {
      const protocol = bytes.readUInt16BE(2);
      const length = bytes.readUInt16BE(4);
      if (protocol !== 0) throw new BrokenStream(`protocol id ${protocol} in a reply instead of 0`);
      if (length < shortest || length > longest) throw new BrokenStream(`a reply of ${length} bytes, which Modbus does not have`);
      const end = prefix + length;
      if (bytes.length < end) break;
      if (bytes.readUInt16BE(0) === this.#transaction) {
        reply ??= { unit: bytes.readUInt8(prefix), pdu: bytes.subarray(this.before, end) };
      }
      bytes = bytes.length === end ? nothing : bytes.subarray(end);
    }
    this.#rest = bytes;
    return reply;
  }
}
