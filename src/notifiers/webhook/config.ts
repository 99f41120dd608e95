import { z } from 'zod';
import { isLoopbackHost, linkLocalRefusal, receiverSettings } from '../../notify/receiver.ts';

export const schema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('address of the receiver; https unless it is on this machine'),
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts by http to another machine; everybody on the network between can read them'),
    allowLinkLocal: receiverSettings.allowLinkLocal,
    secret: z.string().min(16).describe('key of the signature, shared with the receiver, as ${env:NAME}; at least 16 characters'),
    minimumPriority: receiverSettings.minimumPriority,
    headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
    timeoutMs: receiverSettings.timeoutMs,
  })
  .superRefine(({ url, allowClearText, allowLinkLocal }, context) => {
    const { protocol, hostname } = new URL(url);
    const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['url'], message });
    if (protocol === 'http:' && !isLoopbackHost(hostname) && !allowClearText)
      refuse('alerts would cross the network in clear text: use https, or set allowClearText: true');
    const refusal = linkLocalRefusal(hostname, allowLinkLocal);
    if (refusal !== undefined) refuse(refusal);
  });

export type WebhookConfig = z.infer<typeof schema>;
