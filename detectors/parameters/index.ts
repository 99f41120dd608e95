import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { ParametersDetector } from './parameters.ts';

const schema = z.strictObject({});

export const parameters: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'parameters',
  summary: 'A set-point or parameter is not the value that the reference set of the plant states.',
  schema,
  input: 'sample',
  passes: 0,
  threshold: 'stated',
  physical: true,
  byTag: true,
  judgesReference: true,
  cost: 0.2,
  create: (_config, target) => new ParametersDetector(target),
};
