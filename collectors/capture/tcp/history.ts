const capacity = 2_048;

/** The last bytes of a stream, kept for comparison with retransmissions. */
export class StreamHistory {
  #ring: Buffer | undefined;
  /** Total number of bytes; the last `capacity` of them are kept. */
  #count = 0;

  append(bytes: Buffer): void {
    this.#ring ??= Buffer.allocUnsafe(capacity);
    const kept = bytes.length > capacity ? bytes.subarray(bytes.length - capacity) : bytes;
    this.#count += bytes.length;
    const from = (this.#count - kept.length) % capacity;
    const first = Math.min(kept.length, capacity - from);
    kept.copy(this.#ring, from, 0, first);
    if (first < kept.length) kept.copy(this.#ring, 0, first);
  }

  /** Missing bytes cannot be compared. */
  clear(): void {
    this.#count = 0;
  }

  /** Releases the memory. */
  release(): void {
    this.#ring = undefined;
    this.#count = 0;
  }

  /** True if a byte differs from the kept one. @param back distance of `bytes[from]` before the end of the stream */
  differs(back: number, bytes: Buffer, from: number, to: number): boolean {
    const ring = this.#ring;
    if (ring === undefined) return false;
    const known = Math.min(this.#count, capacity);
    const skip = Math.max(0, back - known);
    const end = Math.min(to, from + back);
    for (let i = from + skip; i < end; i++) {
      if (bytes[i] !== ring[(this.#count - back + i - from) % capacity]) return true;
    }
    return false;
  }
}
