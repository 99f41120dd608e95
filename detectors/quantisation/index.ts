import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { QuantisationDetector } from './quantisation.ts';

const schema = z.strictObject({
  window: z.number().int().min(8).default(32).describe('Changes of a value among which the smallest is looked for'),
  minWindows: z.number().int().min(2).default(32).describe('Windows that must be learned before a tag is judged'),
});

export const quantisation: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'quantisation',
  summary: 'A measurement moves in other steps than its sensor has: finer, coarser, whole numbers become fractions.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  byTag: true,
  excerpt: true,
  create: (config, target) => new QuantisationDetector(config, target),
};
