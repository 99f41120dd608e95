import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type SequenceConfig, schema } from './config.ts';
import { SequenceDetector } from './sequence.ts';

export const sequence: DetectorPlugin<SequenceConfig> = {
  type: 'sequence',
  summary: 'Discrete tags of one equipment have a new combination or order: a command without effect, a step out of order.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  calibrated: 'chance',
  graded: true,
  cost: 0.9,
  create: (config, target) => new SequenceDetector(config, target),
};
