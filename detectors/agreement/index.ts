import type { DetectorPlugin } from '../../src/core/detector.ts';
import { AgreementDetector } from './agreement.ts';
import { type AgreementConfig, schema } from './config.ts';

export const agreement: DetectorPlugin<AgreementConfig> = {
  type: 'agreement',
  summary: 'A device sends another client other values than the monitor: one of them is given false ones.',
  schema,
  input: 'sample',
  passes: 0,
  threshold: 'stated',
  signal: true,
  physical: true,
  cost: 0.2,
  create: (config, target) => new AgreementDetector(config, target),
};
