import { connect, type Socket } from 'node:net';

/**
 * A bare socket that sends given Modbus TCP bytes and returns whole frames. It is independent of the product and of the
 * libraries.
 */
export class RawModbus implements AsyncDisposable {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay();
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawModbus> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawModbus(socket);
  }

  /** The next frame (header and PDU); undefined if the peer has closed. */
  async frame(): Promise<Buffer | undefined> {
    for (;;) {
      const end = this.#bytes.length >= 6 ? 6 + this.#bytes.readUInt16BE(4) : Number.POSITIVE_INFINITY;
      if (this.#bytes.length >= end) {
        const frame = this.#bytes.subarray(0, end);
        this.#bytes = this.#bytes.subarray(end);
        return frame;
      }
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends one PDU and returns the PDU of the answer. */
  async ask(pdu: readonly number[] | Buffer, unit = 1, transaction = 7): Promise<Buffer | undefined> {
    this.socket.write(mbap(Buffer.from(pdu), unit, transaction));
    return (await this.frame())?.subarray(7);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ended) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    this.socket.destroy();
    await closed;
  }
}

export function mbap(pdu: Buffer, unit: number, transaction: number): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}

/** A frame of a serial line: unit, PDU, checksum. The checksum is computed bit by bit, to find errors of faster methods. */
export function rtu(pdu: Uint8Array, unit: number): Buffer {
  const frame = Buffer.from([unit, ...pdu, 0, 0]);
  let crc = 0xffff;
  for (const byte of frame.subarray(0, -2)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001;
  }
  frame.writeUInt16LE(crc, frame.length - 2);
  return frame;
}
