/** A segment as a sender put it on the wire: bytes of its stream from `at` on. */
export interface TwinSegment {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * What a receiver with unlimited memory makes of segments: of each byte the first that came, -1 for those that never did.
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
