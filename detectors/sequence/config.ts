import { z } from 'zod';

export const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Samples of a pair of tags to learn before it is judged'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Learned stays in a combination at which the ratio to the longest of them counts by its root'),
});

export type SequenceConfig = z.infer<typeof schema>;
