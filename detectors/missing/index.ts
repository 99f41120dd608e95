import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { MissingDetector } from './missing.ts';

const schema = z.strictObject({
  minSamples: z
    .number()
    .int()
    .min(2)
    .default(100)
    .describe('Minimum number of values of a tag to learn before further ones are expected'),
});

export const missing: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'missing',
  summary: 'A device answers but sends no value of some of its tags.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  signal: true,
  physical: true,
  cost: 1,
  create: (config, target) => new MissingDetector(config, target),
};
