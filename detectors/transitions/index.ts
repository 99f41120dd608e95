import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { TransitionsDetector } from './transitions.ts';

const schema = z.strictObject({
  window: z.number().int().min(8).max(10_000).default(128).describe('Number of samples of the exponential average of the rarity'),
  minSamples: z.number().int().min(2).default(1_000).describe('Minimum number of samples to learn before a tag is judged'),
});

export const transitions: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'transitions',
  summary: 'A measurement moves between its values in a way that is rare in normal operation.',
  schema,
  input: 'sample',
  passes: 2,
  excerpt: true,
  threshold: 'statistical',
  graded: true,
  signal: true,
  byTag: true,
  cost: 2,
  create: (config, target) => new TransitionsDetector(config, target),
};
