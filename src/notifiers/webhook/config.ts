import { z } from 'zod';

export const schema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('where to POST; https unless the receiver is on this machine'),
  secret: z.string().min(16).describe('key of the signature, shared with the receiver, as ${env:NAME}; at least 16 characters'),
  minimumPriority: z
    .union([z.literal(1), z.literal(2), z.literal(3), z.literal('A')])
    .default('A')
    .describe('least urgent that is told: 1 to 3 are alarms, A also tells anomalies'),
  headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
  timeoutMs: z.int().min(100).default(10_000).describe('longest wait for an answer, ms'),
});

export type WebhookConfig = z.infer<typeof schema>;
