/** Exception codes of the Modbus application protocol, v1.1b3, section 7. */
export const Exception = {
  IllegalFunction: 1,
  IllegalAddress: 2,
  IllegalValue: 3,
  DeviceBusy: 6,
  GatewayTargetSilent: 11,
} as const;
export type Exception = (typeof Exception)[keyof typeof Exception];

/** One request. `transaction` is 0 if the framing has none. */
export interface Frame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
}

/** Splits the bytes of one connection into requests, and frames the replies. */
export interface RequestReader {
  /** True on a bus: a request to another unit is not answered, and one to unit 0 is a broadcast. */
  readonly bus: boolean;
  /** Requests completed by `chunk`, or undefined if the bytes are not Modbus: the connection is then closed. */
  read(chunk: Buffer): Frame[] | undefined;
  /** Requests that a silence of the line completes. Other bytes are dropped. */
  silence(): Frame[];
  /** Reply to a request, with its framing. */
  reply(request: Frame, pdu: Buffer): Buffer;
}

const headerBytes = 7;
const longestPdu = 253;

/** Modbus TCP (MBAP). Holds at most one unfinished frame, which has at most 260 bytes. */
export class MbapReader implements RequestReader {
  readonly bus = false;
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): Frame[] | undefined {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (bytes.length >= headerBytes) {
      const length = bytes.readUInt16BE(4);
      if (bytes.readUInt16BE(2) !== 0 || length < 2 || length > longestPdu + 1) return undefined;
      const end = 6 + length;
      if (bytes.length < end) break;
      frames.push({ transaction: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), pdu: bytes.subarray(headerBytes, end) });
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return frames;
  }

  silence(): Frame[] {
    return [];
  }

  reply(request: Frame, pdu: Buffer): Buffer {
    const frame = Buffer.allocUnsafe(headerBytes + pdu.length);
    frame.writeUInt16BE(request.transaction, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(pdu.length + 1, 4);
    frame.writeUInt8(request.unit, 6);
    pdu.copy(frame, headerBytes);
    return frame;
  }
}

export const exceptionPdu = (functionCode: number, exception: Exception): Buffer => Buffer.from([functionCode | 0x80, exception]);
