const headerBytes = 6;
/** Unit, function and at least one byte; at most unit and a PDU of 253 bytes. */
const shortest = 3;
const longest = 254;

/**
 * Walks along the reply headers (MBAP) of a connection and finds what can not be Modbus TCP. The library does not look at the
 * protocol id, and waits for ever in a frame whose length is wrong.
 */
export class HeaderGuard {
  readonly #header = Buffer.alloc(headerBytes);
  #have = 0;
  #body = 0;

  /** Why the stream is beyond help, or undefined while it is well-formed. */
  check(chunk: Buffer): string | undefined {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#body, chunk.length - at);
      at += skipped;
      this.#body -= skipped;
      while (this.#body === 0 && this.#have < headerBytes && at < chunk.length) this.#header[this.#have++] = chunk[at++] ?? 0;
      if (this.#have < headerBytes) continue;
      const protocol = this.#header.readUInt16BE(2);
      const length = this.#header.readUInt16BE(4);
      if (protocol !== 0) return `protocol id ${protocol} in a reply instead of 0`;
      if (length < shortest || length > longest) return `a reply of ${length} bytes, which Modbus does not have`;
      this.#body = length;
      this.#have = 0;
    }
    return undefined;
  }
}
