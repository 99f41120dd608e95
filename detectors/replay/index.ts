import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { ReplayDetector } from './replay.ts';

const schema = z.strictObject({
  memory: z
    .number()
    .int()
    .min(256)
    .max(1_048_576)
    .default(8_192)
    .describe('Changes of value that are remembered for each tag, at 16 to 24 bytes each'),
  longest: z
    .number()
    .int()
    .min(4)
    .max(64)
    .default(24)
    .describe('A tag whose chance matches would need a longer stretch is left out'),
  tags: z
    .array(z.string())
    .optional()
    .describe('Tags that are watched; without it the first `mostTags` analog measurements in the order of the configuration'),
  mostTags: z
    .number()
    .int()
    .min(0)
    .default(2_000)
    .describe('Tags that are watched where `tags` names none, because each needs memory'),
  minDistinct: z
    .number()
    .int()
    .min(4)
    .default(20)
    .describe('Different values that must be learned; a tag with fewer repeats itself by nature'),
});

export const replay: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'replay',
  summary: 'A stretch of values that was seen before plays again, value for value.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  byTag: true,
  create: (config, target) => new ReplayDetector(config, target),
};
