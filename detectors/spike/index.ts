import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { SpikeDetector } from './spike.ts';

const schema = z.strictObject({
  window: z
    .number()
    .int()
    .min(5)
    .max(31)
    .default(7)
    .describe('Number of samples whose median a spike is compared with, including the spike and the sample after it'),
  minSamples: z.number().int().min(2).default(200).describe('Minimum number of samples to learn before a tag is judged'),
});

export const spike: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'spike',
  summary: 'A single sample differs from its neighbours by more than in normal operation.',
  schema,
  input: 'sample',
  passes: 2,
  threshold: 'statistical',
  graded: true,
  signal: true,
  byTag: true,
  excerpt: true,
  cost: 2.3,
  create: (config, target) => new SpikeDetector(config, target),
};
