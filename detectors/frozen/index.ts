import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { FrozenDetector } from './frozen.ts';

const schema = z.strictObject({
  minSamples: z.number().int().min(2).default(100).describe('Minimum number of samples to learn before a tag is judged'),
  minChanges: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('Minimum number of value changes to learn; a tag with fewer is a constant and never a finding'),
  trustedRests: z
    .number()
    .int()
    .min(0)
    .default(4)
    .describe(
      'Trust in few stays at a value: after n of them, the ratio to the longest one counts with the power n / (n + this number)',
    ),
});

export const frozen: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'frozen',
  summary: 'A value that normally changes is stuck for longer than in normal operation.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  calibrated: 'edge',
  graded: true,
  signal: true,
  physical: true,
  byTag: true,
  timed: true,
  create: (config, target) => new FrozenDetector(config, target),
};
