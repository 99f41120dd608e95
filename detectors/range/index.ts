import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { RangeDetector } from './range.ts';

const schema = z.strictObject({
  resolution: z
    .number()
    .positive()
    .max(0.2)
    .default(0.005)
    .describe('Smallest step of a value that was constant during learning, as a share of the engineering range'),
  minSamples: z.number().int().min(2).default(100).describe('Minimum number of samples to learn before a tag is judged'),
});

export const range: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'range',
  summary: 'A value is further from its recent level than in normal operation; for set-points, a new value.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  calibrated: 'edge',
  graded: true,
  physical: true,
  byTag: true,
  create: (config, target) => new RangeDetector(config, target),
};
