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
    .describe(
      'Trust in few stays: after n learned stays, the ratio to the longest one counts with the power n / (n + this number)',
    ),
});

export type SequenceConfig = z.infer<typeof schema>;
