import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { RateDetector } from './rate.ts';

const schema = z.strictObject({
  window: z.number().int().min(2).max(64).default(8).describe('Number of samples of the second, slower rate'),
  minSamples: z.number().int().min(2).default(100).describe('Minimum number of samples to learn before a tag is judged'),
});

export const rate: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'rate',
  summary: 'A value changes faster than in normal operation, from one sample to the next or over a short window.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  physical: true,
  byTag: true,
  create: (config, target) => new RateDetector(config, target),
};
