import { z } from 'zod';

export const schema = z.strictObject({
  minIntervals: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe('Minimum number of learned intervals between operations before the next one is awaited'),
  minDays: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('Minimum number of learned days with an operation at the same hour before it is awaited at that hour'),
  mostSpread: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Largest standard deviation of the intervals as a share of their mean; 1 is that of chance'),
  unusualHourMs: z.number().min(0).default(900_000).describe('Time for which an operation at an unusual hour is reported, ms'),
});

export type OverdueConfig = z.infer<typeof schema>;
