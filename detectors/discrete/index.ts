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
    .describe(
      'Trust in few stays: after n learned stays, the ratio to the longest or shortest one counts with the power n / (n + this number)',
    ),
});

export const discrete: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'discrete',
  summary: 'A new state or change of state, a stay in a state that is too long or too short, or changes that are too frequent.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  physical: true,
  cost: 0.2,
  create: (config, target) => new DiscreteDetector(config, target),
};
