import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { SequenceDetector } from './sequence.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Samples of a pair of tags to learn before it is judged'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Learned stays in a combination at which the ratio to the longest of them counts by its root'),
});

export type SequenceConfig = z.infer<typeof schema>;

export const sequence: DetectorPlugin<SequenceConfig> = {
  type: 'sequence',
  summary: 'Discrete tags of one equipment have a new combination or order: a command without effect, a step out of order.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  create: (config, target) => new SequenceDetector(config, target),
};
