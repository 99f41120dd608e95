import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { QuantisationDetector } from './quantisation.ts';

const schema = z.strictObject({
  window: z.number().int().min(8).default(32).describe('Number of value changes among which the smallest is determined'),
  minWindows: z.number().int().min(2).default(32).describe('Number of windows of changes to learn before a tag is judged'),
});

export const quantisation: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'quantisation',
  summary: 'A measurement changes in finer or coarser steps than its sensor.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  graded: true,
  signal: true,
  byTag: true,
  excerpt: true,
  create: (config, target) => new QuantisationDetector(config, target),
};
