import { z } from 'zod';
import { isCalendarTime } from '../../core/time.ts';

/** Version of the format. A file of a later version is refused. */
export const formatVersion = 1;

/** True for the name of an evidence file. */
export const isEvidence = (file: string): boolean => /\.jsonl\.gz$/i.test(file);

/** NaN and the infinities are valid numbers here. */
const figures = z.custom<number[]>((value) => Array.isArray(value) && value.every((one) => typeof one === 'number'));

/** ms UTC */
const time = z.number().refine(isCalendarTime, 'is no time within the years 1 to 9999');

const span = z.object({ from: time, to: time });

/** Schema of the first line: reason of the export and its monitor. Times in ms UTC. */
export const manifestSchema = z.object({
  kind: z.literal('manifest'),
  format: z.literal('scadawatch-evidence'),
  version: z.number(),
  site: z.string(),
  exported: z.object({ at: time, reason: z.string().optional() }),
  tool: z.object({ name: z.string(), version: z.string(), node: z.string() }),
  /** Start inclusive, end exclusive. For samples it applies to the receive time. */
  period: span,
  /** The alerts that are the reason of the export. */
  alerts: z.array(z.object({ id: z.string(), incident: z.string(), title: z.string(), raisedAt: time })),
  configuration: z.object({ file: z.string(), sha256: z.string() }),
  /** Baseline that judged the plant's values. `id` is the SHA-256 of the reviewed baseline. */
  baseline: z.object({ version: z.number().optional(), id: z.string(), source: z.string() }).optional(),
  /** Meaning of its times. */
  clock: z.string(),
  historian: z.string(),
  tags: z.array(z.object({ name: z.string(), device: z.string(), kind: z.string(), unit: z.string(), description: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Samples of one read of one device: the columns of `Batch`, tags by name, texts by row. */
export const batchSchema = z
  .object({
    kind: z.literal('batch'),
    device: z.string(),
    tag: z.array(z.string()),
    value: figures,
    quality: figures,
    sourceTime: figures,
    receiveTime: figures,
    texts: z.array(z.tuple([z.number(), z.string()])).optional(),
  })
  .refine(({ tag, value, quality, sourceTime, receiveTime }) =>
    [value, quality, sourceTime, receiveTime].every(({ length }) => length === tag.length),
  );
export type BatchLine = z.infer<typeof batchSchema>;

/** Raw packets of the taps. All contents of a file in a row are one file of packets, too. */
export const packetsSchema = z.object({
  kind: z.literal('packets'),
  format: z.literal('pcapng'),
  /** Times of the first and the last packet. */
  from: time,
  to: time,
  packets: z.int().min(1),
  /** Of the content, hexadecimal. */
  sha256: z.string(),
  /** base64 */
  content: z.string(),
});
export type PacketsLine = z.infer<typeof packetsSchema>;

/** Schema of the last line but one: contents of the file, and records that could not be read. */
export const summarySchema = z.object({
  kind: z.literal('summary'),
  samples: z.object({ count: z.number(), batches: z.number(), first: time.optional(), last: time.optional() }),
  events: z.object({ count: z.number(), first: time.optional(), last: time.optional() }),
  /** Times at which the clocks were recorded. Files of older versions have none. */
  clocks: z.number().optional(),
  /** Raw packets, and the SHA-256 of all their contents in a row. Absent without packets, and in files of older versions. */
  packets: z.object({ count: z.number(), bytes: z.number(), first: time, last: time, sha256: z.string() }).optional(),
  /** Number of samples by tag. Tags without samples are left out. */
  tags: z.record(z.string(), z.number()),
  alertChanges: z.number(),
  /** Samples that come later than in the order of receipt, because they were stored too far apart. */
  misplaced: z.number(),
  /** Damaged files of the event log. */
  damaged: z.array(z.object({ file: z.string(), reason: z.string() })),
  /**
   * Files of raw packets with damaged bytes: packets after the one time and before the other are missing; without a time, from the begin
   * or to the end of the file. Absent without damage, and in files of older versions.
   */
  damagedPackets: z
    .array(z.object({ file: z.string(), bytes: z.number(), after: time.optional(), before: time.optional() }))
    .optional(),
});
export type Summary = z.infer<typeof summarySchema>;

/** Schema of the last line: SHA-256 of all uncompressed bytes before it. */
export const endSchema = z.object({ kind: z.literal('end'), sha256: z.string() });
