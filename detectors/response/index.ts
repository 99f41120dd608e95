import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type ResponseConfig, schema } from './config.ts';
import { ResponseDetector } from './response.ts';

import { responseInfluences } from './influences.ts';
export const response: DetectorPlugin<ResponseConfig> = {
  type: 'response',
  summary: 'A command, status or set-point without its usual effect, an effect without a command, or a control error that lasts.',
  schema,
  input: 'sample',
  passes: 1,
  threshold: 'statistical',
  physical: true,
  byFamily: true,
  calibrated: true,
  timed: true,
  influences: responseInfluences,
  cost: 1.6,
  create: (config, target) => new ResponseDetector(config, target),
};
