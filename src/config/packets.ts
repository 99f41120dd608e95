import { z } from 'zod';

const megabyte = 1_048_576;
/** A file of the ring has up to 8 MB; a smaller ring would not cover the time around a write. */
const leastRing = 32;

/** Bounds of the raw packets of taps on disk. */
export const packetsSchema = z.strictObject({
  ringMegabytes: z
    .int()
    .max(1_048_576)
    .refine((size) => size === 0 || size >= leastRing, `0 or at least ${leastRing}`)
    .default(64)
    .describe('disk space for the latest packets, MB; 0 keeps no packets'),
  heldMegabytes: z
    .int()
    .min(leastRing)
    .max(1_048_576)
    .default(256)
    .describe('disk space for the packets within 60 s of acts on the network, MB; the oldest are deleted'),
});

/** Bounds in bytes. */
export interface PacketBounds {
  readonly ringBytes: number;
  readonly heldBytes: number;
}

export const resolvePackets = ({ ringMegabytes, heldMegabytes }: z.infer<typeof packetsSchema>): PacketBounds => ({
  ringBytes: ringMegabytes * megabyte,
  heldBytes: heldMegabytes * megabyte,
});
