/** A segment as sent: bytes of its stream from offset `at` on. */
export interface TwinSegment {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Result of a receiver with unlimited memory: the first arrival of each byte, or -1 for bytes that never arrived.
 * @param length of the whole stream
 */
export function assembledByTwin(segments: readonly TwinSegment[], length: number): number[] {
  const stream = Array.from({ length }, () => -1);
  for (const { at, bytes } of segments) {
    bytes.forEach((byte, i) => {
      if (stream[at + i] === -1) stream[at + i] = byte;
    });
  }
  return stream;
}
