import type { DetectorPlugin } from '../../src/core/detector.ts';
import { schema, type TrafficConfig } from './config.ts';
import { TrafficDetector } from './traffic.ts';

export const traffic: DetectorPlugin<TrafficConfig> = {
  type: 'traffic',
  summary:
    'Network traffic: a new client, conversation, operation, write or session, a scan, faults, a silent or unusually busy client, a tap that receives nothing.',
  schema,
  input: 'event',
  passes: 1,
  learnsFromRecordings: true,
  threshold: 'stated',
  network: true,
  create: (config, target) => new TrafficDetector(config, target),
};
