import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { ShiftDetector } from './shift.ts';

const schema = z.strictObject({
  fast: z.number().int().min(2).max(1_000).default(20).describe('Number of samples of the recent mean (EWMA)'),
  slow: z
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(300)
    .describe('Number of samples of the level that the recent mean is compared with'),
  minSamples: z.number().int().min(2).default(400).describe('Minimum number of samples to learn before a tag is judged'),
});

export const shift: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'shift',
  summary: 'The level of a measurement shifts further than normal within a short time, by EWMA and CUSUM.',
  schema,
  input: 'sample',
  passes: 2,
  threshold: 'statistical',
  graded: true,
  byTag: true,
  excerpt: true,
  // 300 samples of a usual scan class
  lookbackMs: 600_000,
  create: (config, target) => new ShiftDetector(config, target),
};
