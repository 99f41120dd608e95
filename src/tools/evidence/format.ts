import { z } from 'zod';
import { isCalendarTime } from '../../core/time.ts';

/** Version of the format: a file of a later one is refused. */
export const formatVersion = 1;

/** Evidence files are known by the end of their name. */
export const isEvidence = (file: string): boolean => /\.jsonl\.gz$/i.test(file);

/** NaN and the infinities are numbers here. */
const figures = z.custom<number[]>((value) => Array.isArray(value) && value.every((one) => typeof one === 'number'));

/** ms UTC */
const time = z.number().refine(isCalendarTime, 'is no time within the years 1 to 9999');

const span = z.object({ from: time, to: time });

/** The first line: what this is evidence of, and of what monitor. Times in ms UTC. */
export const manifestSchema = z.object({
  kind: z.literal('manifest'),
  format: z.literal('scadawatch-evidence'),
  version: z.number(),
  site: z.string(),
  exported: z.object({ at: time, reason: z.string().optional() }),
  tool: z.object({ name: z.string(), version: z.string(), node: z.string() }),
  /** From inclusive, to exclusive; of samples the time at which they were received. */
  period: span,
  /** The alerts that it was exported for. */
  alerts: z.array(z.object({ id: z.string(), incident: z.string(), title: z.string(), raisedAt: time })),
  configuration: z.object({ file: z.string(), sha256: z.string() }),
  /** What the plant's values were judged by; `id` is the SHA-256 of it as people have reviewed it. */
  baseline: z.object({ version: z.number().optional(), id: z.string(), source: z.string() }).optional(),
  /** What its times mean. */
  clock: z.string(),
  historian: z.string(),
  tags: z.array(z.object({ name: z.string(), device: z.string(), kind: z.string(), unit: z.string(), description: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The samples of one read of one device: the columns of `Batch`, tags by name, texts by row. */
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

/** The last line but one: what there is in the file, and what should be and could not be read. */
export const summarySchema = z.object({
  kind: z.literal('summary'),
  samples: z.object({ count: z.number(), batches: z.number(), first: time.optional(), last: time.optional() }),
  events: z.object({ count: z.number(), first: time.optional(), last: time.optional() }),
  /** Times at which the clocks were noted; what older versions wrote has none. */
  clocks: z.number().optional(),
  /** Samples by tag; tags without any are left out. */
  tags: z.record(z.string(), z.number()),
  alertChanges: z.number(),
  /** Samples that stand later than they were received, because they were stored too far from their neighbours. */
  misplaced: z.number(),
  /** Files of the event log that are damaged. */
  damaged: z.array(z.object({ file: z.string(), reason: z.string() })),
});
export type Summary = z.infer<typeof summarySchema>;

/** The last line: the SHA-256 of all bytes before it, unpacked. */
export const endSchema = z.object({ kind: z.literal('end'), sha256: z.string() });
