import { z } from 'zod';
import { alarmsOf } from '../../src/detector-kit/alarms.ts';
import { kinds } from './cases.ts';

export const schema = z.strictObject({
  holdMs: z.number().positive().default(600_000).describe('Duration of the finding of a change after its last report, ms'),
  skewMs: z.number().positive().default(5_000).describe('Clock offset of a device from which there is a finding, ms'),
  stepMs: z.number().positive().default(2_000).describe("Step of the monitor's own clock from which there is a finding, ms"),
  restarts: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('Number of restarts of a device within ten minutes from which there is a finding'),
  mirror: z.boolean().default(false).describe('Show the active alarms of the device as anomalies'),
  severity: z.number().int().min(1).max(1_000).default(500).describe('Minimum severity of a shown alarm of a device, 1 to 1000'),
  alarms: alarmsOf(kinds),
});

export type PostureConfig = z.infer<typeof schema>;
