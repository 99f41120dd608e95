import { z } from 'zod';

export const schema = z.strictObject({
  settleMs: z
    .number()
    .min(0)
    .default(60_000)
    .describe('Time after a change of the drives in which nothing is learned or judged, ms'),
  minVisits: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('Minimum number of separate stays in a state before values are judged in it; a stay that lasts counts once a day'),
  narrower: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Share of the whole learned range by which the range in a state must be narrower on a side to be judged there'),
  mostPairs: z.number().int().min(1).default(64).describe('Maximum number of values judged for each drive or set of drives'),
  mostCompanions: z
    .number()
    .int()
    .min(1)
    .default(128)
    .describe('Maximum number of values tried for each drive or set of drives: those of its area, then some of each other area'),
  resolution: z.number().positive().max(0.2).default(0.005).describe('Share of the engineering range that counts as one step'),
});

export type InterlockConfig = z.infer<typeof schema>;
