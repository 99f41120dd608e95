import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { DeviceHealthDetector } from './device-health.ts';

const schema = z.strictObject({
  silentMs: z.number().positive().default(10_000).describe('A device without an answer for this long is found silent, ms'),
  connectingMs: z
    .number()
    .positive()
    .default(60_000)
    .describe('A device that has never answered is found unreachable after this long, ms'),
  errorShare: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Share of failed requests, averaged over the last few reports, that is a finding'),
  latencyFactor: z
    .number()
    .min(2)
    .default(10)
    .describe('A median time to an answer this many times the slowest of normal running is a finding'),
  latencyMs: z.number().positive().default(500).describe('Times to an answer up to this long are never a finding, ms'),
});

export const deviceHealth: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'device-health',
  summary: 'A device is silent or unreachable, refuses many requests, or answers far more slowly than usual.',
  schema,
  input: 'event',
  passes: 1,
  threshold: 'stated',
  create: (config, target) => new DeviceHealthDetector(config, target),
};
