import type { DetectorPlugin } from '../../src/core/detector.ts';
import { type PostureConfig, schema } from './config.ts';
import { PostureDetector } from './posture.ts';

export const posture: DetectorPlugin<PostureConfig> = {
  type: 'posture',
  summary: 'A device has changed: identity, security, address space, certificate, clock, repeated restarts.',
  schema,
  input: 'event',
  passes: 0,
  threshold: 'stated',
  create: (config, target) => new PostureDetector(config, target),
};
