import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { DiscreteDetector } from './discrete.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Minimum number of samples to learn before a tag is judged'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Number of learned stays in a state at which the square root of the ratio to the longest or shortest one counts'),
});

export const discrete: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'discrete',
  summary: 'A new state or change of state, a stay in a state that is too long or too short, or changes that are too frequent.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  byTag: true,
  create: (config, target) => new DiscreteDetector(config, target),
};
