/**
 * Bytes that arrive in chunks, looked at in order. What has been consumed is let go with the next chunk, so that it holds no
 * more than one chunk and what the reader is waiting to complete.
 */
export class ByteWindow {
  /** What is there; valid from `at` on, and only until the next `push`. */
  bytes: Buffer = Buffer.alloc(0);
  /** Index in `bytes` of the next byte. */
  at = 0;
  /** Offset in the stream of `bytes[0]`. */
  #base = 0;

  /** Bytes that have come and were not consumed. */
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
