import { z } from 'zod';
import { kinds } from './cases.ts';

export const schema = z.strictObject({
  holdMs: z
    .number()
    .positive()
    .default(600_000)
    .describe('A change is a finding for this long after it was last told, ms: it happens at once and has no end of its own'),
  skewMs: z
    .number()
    .positive()
    .default(5_000)
    .describe("A device's clock that is off by this much is a finding until it is right, ms"),
  stepMs: z.number().positive().default(2_000).describe("A step of the monitor's own clock by this much is a finding, ms"),
  restarts: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('So many restarts of a device within ten minutes are a finding; fewer are only kept as a fact'),
  mirror: z.boolean().default(false).describe("Shows the device's own alarms as anomalies while they are active"),
  severity: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(500)
    .describe('Least severity of an alarm of a device that is shown, 1 to 1000'),
  alarms: z
    .partialRecord(
      z.enum(kinds),
      z.strictObject({
        priority: z.union([z.literal(1), z.literal(2), z.literal(3)]).describe('Priority of the alarm'),
        response: z.string().min(1).describe('What to do first'),
      }),
    )
    .default({})
    .describe('Makes findings of a kind alarms: identity, change, certificate, clock, restart, mirrored'),
});

export type PostureConfig = z.infer<typeof schema>;
