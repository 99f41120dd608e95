import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type OverdueConfig, schema } from './config.ts';
import { OverdueDetector } from './overdue.ts';

export const overdue: DetectorPlugin<OverdueConfig> = {
  type: 'overdue',
  summary: 'A recurrent operation, such as a wash or a rotation, that is overdue, or that comes at an unusual hour.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  physical: true,
  byFamily: true,
  calibrated: 'chance',
  timed: true,
  cost: 0.6,
  create: (config, target) => new OverdueDetector(config, target),
};
