import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { DiscreteDetector } from './discrete.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Samples that must be learned before a tag is judged'),
  trustedStays: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Learned stays in a state at which a stay beyond the longest or shortest of them counts by the root of its ratio'),
});

export const discrete: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'discrete',
  summary:
    'A state or a change of state never seen before, a stay in a state that is too long or too short, or switching too often.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  byTag: true,
  create: (config, target) => new DiscreteDetector(config, target),
};
