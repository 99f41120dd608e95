import { z } from 'zod';

export const schema = z.strictObject({
  minSteps: z
    .number()
    .int()
    .min(3)
    .default(4)
    .describe('Minimum number of learned steps of one kind before the answers to such a step are judged'),
  clear: z
    .number()
    .min(1)
    .default(1.5)
    .describe('Surprise that a missing answer must have: an answer that scatters too much for it is not judged'),
  mostCandidates: z.number().int().min(1).default(24).describe('Maximum number of measurements tried for each command or status'),
  mostCommands: z
    .number()
    .int()
    .min(1)
    .default(16)
    .describe('Maximum number of commands and statuses tried for each measurement'),
  mostAnswers: z.number().int().min(1).default(4).describe('Maximum number of measurements judged for each command or status'),
  minErrors: z
    .number()
    .int()
    .min(2)
    .default(4)
    .describe('Minimum number of learned control errors of one size before the duration of such an error is judged'),
  afterStepMs: z
    .number()
    .min(0)
    .default(3_600_000)
    .describe('Time after a step of a set-point in which control errors are neither learned nor judged, ms'),
  resolution: z.number().positive().max(0.2).default(0.005).describe('Share of the engineering range that counts as one step'),
});

export type ResponseConfig = z.infer<typeof schema>;
