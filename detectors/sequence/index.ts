import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { SequenceDetector } from './sequence.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Samples that must be learned before two tags are judged together'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Learned stays in a combination at which a stay beyond the longest of them counts by the root of its ratio'),
});

export type SequenceConfig = z.infer<typeof schema>;

export const sequence: DetectorPlugin<SequenceConfig> = {
  type: 'sequence',
  summary:
    'Discrete tags of one equipment stand or follow each other as they never did: a command without effect, a step before its turn.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  create: (config, target) => new SequenceDetector(config, target),
};
