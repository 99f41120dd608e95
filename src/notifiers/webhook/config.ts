import { z } from 'zod';
import { isLinkLocalHost, isLoopbackHost } from './target.ts';

export const schema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the receiver; https unless it is on this machine'),
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts by http to another machine; everybody on the network between can read them'),
    allowLinkLocal: z
      .boolean()
      .default(false)
      .describe('send alerts to a link-local address (169.254.0.0/16, fe80::/10), where clouds keep credentials'),
    secret: z.string().min(16).describe('key of the signature, shared with the receiver, as ${env:NAME}; at least 16 characters'),
    minimumPriority: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal('A')])
      .default('A')
      .describe('lowest priority that is sent: 1 to 3 are alarms, A also sends anomalies'),
    headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
    timeoutMs: z.int().min(100).default(10_000).describe('longest wait for an answer, ms'),
  })
  .superRefine(({ url, allowClearText, allowLinkLocal }, context) => {
    const { protocol, hostname } = new URL(url);
    const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['url'], message });
    if (protocol === 'http:' && !isLoopbackHost(hostname) && !allowClearText)
      refuse('alerts would cross the network in clear text: use https, or set allowClearText: true');
    if (isLinkLocalHost(hostname) && !allowLinkLocal)
      refuse('this is a link-local address: use another one, or set allowLinkLocal: true');
  });

export type WebhookConfig = z.infer<typeof schema>;
