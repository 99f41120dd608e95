import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { NoiseDetector } from './noise.ts';

const schema = z.strictObject({
  window: z
    .number()
    .int()
    .min(4)
    .max(1_000)
    .default(16)
    .describe('Number of samples of the exponential average of the fluctuation'),
  minSamples: z.number().int().min(2).default(200).describe('Minimum number of samples to learn before a tag is judged'),
});

export const noise: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'noise',
  summary: 'The noise of a measurement has vanished or grown beyond normal operation.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  signal: true,
  byTag: true,
  excerpt: true,
  create: (config, target) => new NoiseDetector(config, target),
};
