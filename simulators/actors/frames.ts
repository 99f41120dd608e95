const headerBytes = 7;
/** Largest value of the length field: unit and a PDU of 253 bytes. */
const mostLength = 254;

/** One Modbus TCP frame. */
export interface Frame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
}

/** Bytes of a frame with its MBAP header. */
export function frameBytes({ transaction, unit, pdu }: Frame): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}

/** Splits one direction of a connection into frames. Holds less than one frame. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  /** Frames that the bytes complete. @throws RangeError if the bytes are not Modbus TCP */
  read(bytes: Buffer): Frame[] {
    let work = Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    while (work.length >= headerBytes) {
      const length = work.readUInt16BE(4);
      if (work.readUInt16BE(2) !== 0 || length < 2 || length > mostLength) throw new RangeError('the bytes are not Modbus TCP');
      if (work.length < 6 + length) break;
      frames.push({ transaction: work.readUInt16BE(0), unit: work.readUInt8(6), pdu: work.subarray(headerBytes, 6 + length) });
      work = work.subarray(6 + length);
    }
    this.#rest = work;
    return frames;
  }
}
