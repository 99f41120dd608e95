/**
 * Window over bytes that arrive in chunks. Consumed bytes are released with the next chunk, so that at most one chunk and the
 * unfinished item before it are held.
 */
export class ByteWindow {
  /** Unconsumed bytes, valid from `at` on and only until the next `push`. */
  bytes: Buffer = Buffer.alloc(0);
  /** Index in `bytes` of the next byte. */
  at = 0;
  /** Offset in the stream of `bytes[0]`. */
  #base = 0;

  /** Number of bytes received and not consumed. */
  get length(): number {
    return this.bytes.length - this.at;
  }

  /** Offset in the stream of the next byte. */
  get offset(): number {
    return this.#base + this.at;
  }

  push(chunk: Buffer): void {
    this.#base += this.at;
    this.bytes = this.length === 0 ? chunk : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.at = 0;
  }
}
