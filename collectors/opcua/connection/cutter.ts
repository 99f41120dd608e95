/** The announced length of a message is shorter than its header or longer than was agreed. */
export class BadLength extends Error {}

const headerBytes = 8;
const lengthAt = 4;

/**
 * Splits the bytes of a connection into complete messages (OPC 10000-6, 7.1.2.2). The longest message bounds its memory, for any
 * segment size.
 */
export class MessageCutter {
  #kept = Buffer.alloc(headerBytes);
  #size = 0;

  /**
   * Passes each complete message to `take`, in order.
   * @param longest maximum length in bytes, evaluated before each message because a message can change it
   * @throws BadLength and errors of `take`; the cutter is unusable after that
   */
  feed(data: Buffer, longest: () => number, take: (message: Buffer) => void): void {
    for (let at = 0; at < data.length; ) {
      if (this.#size < headerBytes) at = this.#fill(data, at, headerBytes);
      if (this.#size < headerBytes) return;
      const length = this.#kept.readUInt32LE(lengthAt);
      if (length < headerBytes || length > longest()) throw new BadLength(`a message of ${length} bytes is not allowed here`);
      at = this.#fill(data, at, length);
      if (this.#size < length) return;
      const message = this.#kept.subarray(0, length);
      this.#kept = Buffer.alloc(headerBytes);
      this.#size = 0;
      take(message);
    }
  }

  /** Stores bytes until it has `wanted` of them. Returns the offset after the last stored byte. */
  #fill(data: Buffer, at: number, wanted: number): number {
    const end = Math.min(data.length, at + wanted - this.#size);
    const size = this.#size + end - at;
    if (size > this.#kept.length) {
      this.#kept = Buffer.concat([this.#kept], Math.min(wanted, Math.max(size, 2 * this.#kept.length)));
    }
    data.copy(this.#kept, this.#size, at, end);
    this.#size = size;
    return end;
  }
}
