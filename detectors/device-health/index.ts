import { z } from 'zod';
import type { DetectorPlugin } from '../../src/core/detector.ts';
import { DeviceHealthDetector } from './device-health.ts';

const schema = z.strictObject({
  silentMs: z.number().positive().default(10_000).describe('Time without an answer from which there is a finding, ms'),
  connectingMs: z.number().positive().default(60_000).describe('The same for a device that has not answered since the start, ms'),
  errorShare: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Share of failed requests over the last few reports from which there is a finding'),
  latencyFactor: z
    .number()
    .min(2)
    .default(10)
    .describe('Multiple of the largest normal median latency from which there is a finding'),
  latencyMs: z.number().positive().default(500).describe('Latency up to which there is never a finding, ms'),
});

export const deviceHealth: DetectorPlugin<z.infer<typeof schema>> = {
  type: 'device-health',
  summary: 'A device does not answer, refuses many requests, or answers far more slowly than usual.',
  schema,
  input: 'event',
  passes: 1,
  threshold: 'stated',
  create: (config, target) => new DeviceHealthDetector(config, target),
};
