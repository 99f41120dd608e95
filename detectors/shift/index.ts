import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { ShiftDetector } from './shift.ts';

const schema = z.strictObject({
  fast: z
    .number()
    .int()
    .min(2)
    .max(1_000)
    .default(20)
    .describe('Samples that the moving average (EWMA) of the recent level spans'),
  slow: z
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(300)
    .describe('Samples that the average spans which the level is compared with'),
  minSamples: z.number().int().min(2).default(400).describe('Samples that must be learned before a tag is judged'),
});

export const shift: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'shift',
  summary: 'The level of a measurement has shifted, by EWMA and CUSUM, further than it ever does within a short time.',
  schema,
  input: 'sample',
  passes: 2,
  threshold: 'statistical',
  byTag: true,
  excerpt: true,
  create: (config, target) => new ShiftDetector(config, target),
};
