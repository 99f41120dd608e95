import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type InterlockConfig, schema } from './config.ts';
import { InterlockDetector } from './interlock.ts';

export const interlock: DetectorPlugin<InterlockConfig> = {
  type: 'interlock',
  summary: 'A value that never occurred in the present state of the drives: no pump runs although the tank is low.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  physical: true,
  cost: 0.9,
  create: (config, target) => new InterlockDetector(config, target),
};
