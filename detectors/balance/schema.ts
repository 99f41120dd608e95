import { z } from 'zod';
import { segmentRows } from './horizons.ts';

export const balanceSchema = z.strictObject({
  terms: z.int().min(1).max(8).default(6).describe('Maximum number of flows of a learned balance, so that a person can read it'),
  explained: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('Share of the changes of a level that its flows must explain, on holdout rows'),
  folds: z.int().min(2).max(20).default(5).describe('Contiguous parts of the calibration that are held out in turn'),
  calibrationRows: z
    .int()
    .min(4 * segmentRows)
    .default(16_384)
    .describe('Number of rows of normal operation, and of means of them, that are kept for learning, evenly spread'),
  balances: z
    .array(
      z.strictObject({
        level: z.string().min(1).describe('Tag of the stored quantity: a level, a volume, an energy'),
        flows: z.array(z.string().min(1)).min(1).describe('Tags of inflow and outflow, of the same group'),
      }),
    )
    .default([])
    .describe('Known balances; the effect of each flow on the level is still learned'),
});

export type BalanceConfig = z.infer<typeof balanceSchema>;

/** A flow of a balance. */
const term = z.object({
  tag: z.string(),
  /** Its effect on the level per row, in the level's unit per its own. */
  gain: z.number(),
  /** Standard deviation in normal operation, in its unit. */
  spread: z.number(),
});

/** A number of rows over which a balance is judged. */
const horizon = z.object({
  rows: z.number(),
  /** Share of the level's changes over that number of rows that the flows explain. */
  explained: z.number(),
  /** Largest imbalance in normal operation, in the level's unit. */
  furthest: z.number(),
});

/** A learned balance: a level with its flows. */
const balance = z.object({
  level: z.string(),
  /** Rows of the group in each of its means. */
  meanOf: z.number().default(1),
  terms: z.array(term),
  /** Change of the level per row without any of the flows, in the level's unit. */
  constant: z.number(),
  /** Root mean square of the imbalance of one row, in the level's unit. */
  scale: z.number(),
  /** From the shortest to the longest; at least one. */
  horizons: z.array(horizon).min(1),
});

export type Term = z.infer<typeof term>;
export type Horizon = z.infer<typeof horizon>;
export type Balance = z.infer<typeof balance>;

/** The stored form of the baseline, by group. */
export const baselineSchema = z.object({
  detector: z.literal('balance'),
  version: z.literal(1),
  groups: z.record(z.string(), z.object({ rows: z.number(), balances: z.array(balance) })),
});

export type GroupBaseline = z.infer<typeof baselineSchema>['groups'][string];
