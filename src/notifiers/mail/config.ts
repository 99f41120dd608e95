import { z } from 'zod';
import { messageSettings } from '../../notifier-kit/message.ts';
import { dashboardLink, isLoopbackHost, linkLocalRefusal, receiverSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    host: z.string().min(1).describe('name or address of the mail server'),
    port: z.int().min(1).max(65_535).optional().describe('port of the server; 587 with starttls and without TLS, 465 with tls'),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('starttls and tls (RFC 8314) refuse a server without TLS; none is for this machine'),
    user: z.string().optional().describe('user at the server'),
    password: z.string().optional().describe('password of the user, as ${env:NAME}'),
    from: z.email().describe('address of the sender'),
    to: z.array(z.email()).min(1).max(50).describe('addresses of the receivers'),
    ca: z.string().optional().describe('file with the certificates of the server’s authority, PEM; those of Node if not given'),
    dashboard: dashboardLink,
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts without TLS to another machine; everybody on the network between can read them'),
    ...messageSettings,
    ...receiverSettings,
    minimumPriority: receiverSettings.minimumPriority.default(3),
  })
  .superRefine(({ host, security, user, password, allowClearText, allowLinkLocal }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (security === 'none' && !isLoopbackHost(host) && !allowClearText)
      refuse('security', 'alerts would cross the network in clear text: use starttls or tls, or set allowClearText: true');
    const refusal = linkLocalRefusal(host, allowLinkLocal);
    if (refusal !== undefined) refuse('host', refusal);
    if ((user === undefined) !== (password === undefined)) refuse('password', 'user and password are given together');
  });

export type MailConfig = z.infer<typeof schema>;
