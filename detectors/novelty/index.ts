import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { scaleSamples } from './memory.ts';
import { NoveltyDetector } from './novelty.ts';

const powerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

const schema = z.strictObject({
  memory: z
    .number()
    .int()
    .min(64)
    .max(65_536)
    .refine(powerOfTwo, 'must be a power of two')
    .default(512)
    .describe('Number of stored levels per tag; half as many shapes are stored. A tag needs 40 kB at 512'),
  mostTags: z
    .number()
    .int()
    .min(0)
    .default(2_000)
    .describe('Maximum number of watched tags, the first of the configuration, because each needs memory'),
  minSamples: z
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('A tag with this number of samples in a calibration is left to the other detectors'),
  settleS: z.number().min(0).default(3_600).describe('Time before a tag is judged, s: at first every value is new'),
});

export const novelty: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'novelty',
  summary: 'A tag without calibration has a new level or a new kind of movement; learned from the first sample.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'adaptive',
  judgesFrom: ({ settleS }) => ({ samples: scaleSamples, ms: 1_000 * settleS }),
  cost: 0.2,
  create: (config, target) => new NoveltyDetector(config, target),
};
