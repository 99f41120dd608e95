const capacity = 2_048;

/** The last bytes of a stream, kept to be compared with what comes again. */
export class StreamHistory {
  #ring: Buffer | undefined;
  /** Bytes that were ever kept; the last `capacity` of them are here. */
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

  /** What is missing cannot be compared. */
  clear(): void {
    this.#count = 0;
  }

  /** Lets go of the memory. */
  release(): void {
    this.#ring = undefined;
    this.#count = 0;
  }

  /** True if a byte differs from what was kept. @param back how far before the stream's end `bytes[from]` lies */
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
