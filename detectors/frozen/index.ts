import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { FrozenDetector } from './frozen.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Samples that must be learned before a tag is judged'),
  minChanges: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('Changes of value that must be learned; a tag with fewer is a constant and never called frozen'),
  trustedRests: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe('Learned rests at a value at which a rest beyond the longest of them counts by the root of its ratio'),
});

export const frozen: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'frozen',
  summary: 'A value that normally moves stands still for longer than it ever did in normal running.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  byTag: true,
  timed: true,
  create: (config, target) => new FrozenDetector(config, target),
};
