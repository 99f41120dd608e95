import { z } from 'zod';
import { checkUrl, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of the receiver; https unless it is on this machine'),
    secret: z.string().min(16).describe('key of the signature, shared with the receiver, as ${env:NAME}; at least 16 characters'),
    headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
    ...urlSettings,
  })
  .superRefine(checkUrl);

export type WebhookConfig = z.infer<typeof schema>;
