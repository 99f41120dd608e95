import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { LimitsDetector } from './limits.ts';

const schema = z.strictObject({
  deadband: z
    .number()
    .min(0)
    .max(0.2)
    .default(0.02)
    .describe('Dead band: share of the engineering range by which a value must return inside a limit'),
  step: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe('Share of the engineering range beyond a limit that raises the score by 1'),
});

export const limits: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'limits',
  summary: 'A value is beyond a limit that the configuration states for its tag.',
  schema,
  input: 'sample',
  passes: 0,
  threshold: 'stated',
  physical: true,
  byTag: true,
  cost: 0.2,
  create: (config, target) => new LimitsDetector(config, target),
};
