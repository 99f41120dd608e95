import { z } from 'zod';

export const schema = z.strictObject({
  minWrites: z.number().int().min(2).default(10).describe('Minimum number of earlier writes before a write is judged'),
  onceInDays: z
    .number()
    .positive()
    .default(7)
    .describe('Days in which a write as unusual as this comes once: from then on it is a minor finding'),
  breakMs: z
    .number()
    .min(0)
    .default(600_000)
    .describe('Pause after which a write has no predecessor, and its hour counts anew, ms'),
  most: z.number().int().min(16).default(4_096).describe('Maximum number of stored clients, targets, and pairs of both'),
});

export type HabitsConfig = z.infer<typeof schema>;
