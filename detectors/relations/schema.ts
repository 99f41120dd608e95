import { z } from 'zod';
import { isRecord } from '../../src/detector-kit/columns.ts';
import { trackKinds } from './model/baseline.ts';

export const relationsSchema = z.strictObject({
  lags: z
    .int()
    .min(0)
    .max(8)
    .default(4)
    .describe('Maximum number of past rows that predict the present one; the number that predicts holdout rows best is used'),
  folds: z.int().min(2).max(20).default(5).describe('Contiguous parts of the calibration that are held out in turn'),
  alpha: z
    .number()
    .positive()
    .max(0.2)
    .default(0.004)
    .describe('Share of normal rows that may exceed a reference before the alarm budget applies'),
  calibrationRows: z
    .int()
    .min(100)
    .default(16_384)
    .describe('Number of rows of normal operation that are kept for learning, evenly spread'),
});

export type RelationsConfig = z.infer<typeof relationsSchema>;

/** Checked without a copy: one of all numbers would be several times as large as they are. */
const numbers = z.custom<readonly number[]>((list) => Array.isArray(list) && list.every(Number.isFinite));

/** The stored baseline of a group. */
export const groupBaselineSchema = z.object({
  tags: z.array(z.string()),
  mean: numbers,
  deviation: numbers,
  absorbMs: z.number(),
  growth: numbers,
  periodMs: z.number(),
  rows: z.number(),
  lags: z.number(),
  precision: numbers,
  observer: z.object({ weights: numbers, precision: numbers }).optional(),
  tracks: z.array(
    z.object({
      kind: z.enum(trackKinds),
      scale: numbers,
      tails: z.array(z.object({ quantiles: numbers, tail: z.number(), hill: z.number() })),
      normal: numbers,
      reference: numbers,
      largest: numbers,
    }),
  ),
  threshold: z.number(),
  calm: z.number(),
  widened: z.record(z.string(), z.number()).optional(),
  stays: z.number().optional(),
  staysByState: z.record(z.string(), z.number()).optional(),
  agreementMs: z.number().optional(),
  lasting: z.record(z.string(), z.number()).optional(),
});

/**
 * The stored baseline. Each group is read and checked by itself, because a site has thousands of numbers in each of hundreds of groups.
 */
export const baselineSchema = z.object({
  version: z.literal(1),
  groups: z.custom<Readonly<Record<string, unknown>>>(isRecord),
});
