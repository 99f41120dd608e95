import { z } from 'zod';

export const schema = z.strictObject({
  delayMs: z
    .number()
    .min(0)
    .default(250)
    .describe('Largest normal delay between a value in the device and its reading by a client or its poll, ms'),
  comparisons: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Number of consecutive readings of a tag by a client that must differ from the polled values'),
});

export type AgreementConfig = z.infer<typeof schema>;
