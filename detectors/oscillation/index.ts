import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { OscillationDetector } from './oscillation.ts';

const schema = z.strictObject({
  resolution: z.number().positive().max(0.2).default(0.005).describe('Share of the engineering range that a swing must exceed'),
  slowestMs: z
    .number()
    .positive()
    .default(3_600_000)
    .describe('Longest period of an oscillation, ms; slower swings are normal movements of the process'),
  minSamples: z.number().int().min(2).default(2000).describe('Minimum number of samples to learn before a tag is judged'),
});

export const oscillation: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'oscillation',
  summary: 'A measurement oscillates regularly, as with a hunting control loop, more than in normal operation.',
  schema,
  input: 'sample',
  passes: 2,
  threshold: 'statistical',
  graded: true,
  byTag: true,
  excerpt: true,
  create: (config, target) => new OscillationDetector(config, target),
};
