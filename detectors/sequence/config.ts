import { z } from 'zod';

export const schema = z.strictObject({
  minSamples: z
    .number()
    .int()
    .min(2)
    .default(100)
    .describe('Minimum number of samples of a pair of tags to learn before it is judged'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Number of learned stays in a combination at which the square root of the ratio to the longest one counts'),
});

export type SequenceConfig = z.infer<typeof schema>;
