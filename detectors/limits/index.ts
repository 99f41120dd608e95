import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { LimitsDetector } from './limits.ts';

const schema = z.strictObject({
  deadband: z
    .number()
    .min(0)
    .max(0.2)
    .default(0.02)
    .describe('Share of the engineering range by which a value must come back behind a limit before it counts as returned'),
  step: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe('Share of the engineering range beyond a limit at which the score has grown by 1'),
});

export const limits: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'limits',
  summary: 'A value is beyond one of the limits that the configuration states for its tag.',
  schema,
  input: 'sample',
  passes: 0,
  threshold: 'stated',
  byTag: true,
  create: (config, target) => new LimitsDetector(config, target),
};
