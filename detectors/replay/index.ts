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
    .describe('Number of stored value changes per tag, 16 to 24 bytes each'),
  longest: z
    .number()
    .int()
    .min(4)
    .max(64)
    .default(24)
    .describe('Maximum length of a searched sequence; a tag that needs a longer one is not judged'),
  tags: z
    .array(z.string())
    .optional()
    .describe('Watched tags; if absent, the first `mostTags` analog measurements of the configuration'),
  mostTags: z
    .number()
    .int()
    .min(0)
    .default(2_000)
    .describe('Maximum number of watched tags if `tags` is absent, because each needs memory'),
  minDistinct: z
    .number()
    .int()
    .min(4)
    .default(20)
    .describe('Minimum number of distinct values to learn; a tag with fewer repeats itself and is not judged'),
});

export const replay: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'replay',
  summary: 'A sequence of values repeats an earlier one exactly.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  signal: true,
  deliberate: true,
  byTag: true,
  cost: 4,
  create: (config, target) => new ReplayDetector(config, target),
};
