import type { DetectorPlugin } from '../../src/core/detector.ts';
import { schema, type TrafficConfig } from './config.ts';
import { TrafficDetector } from './traffic.ts';

export const traffic: DetectorPlugin<TrafficConfig> = {
  type: 'traffic',
  summary: 'On the wire: a client, conversation, operation, write or session that was never there, a scan, faults, a blind tap.',
  schema,
  input: 'event',
  passes: 1,
  threshold: 'stated',
  create: (config, target) => new TrafficDetector(config, target),
};
