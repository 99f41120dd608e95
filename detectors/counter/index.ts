import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { CounterDetector } from './counter.ts';

const schema = z.strictObject({
  window: z.number().int().min(2).max(64).default(12).describe('Samples over which the pace is measured'),
  minSamples: z.number().int().min(2).default(100).describe('Minimum number of samples to learn before a tag is judged'),
});

export const counter: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'counter',
  summary: 'A counter falls, counts at an unusual pace, or does not match the measurement that it sums up.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  physical: true,
  byTag: true,
  cost: 0.2,
  create: (config, target) => new CounterDetector(config, target),
};
