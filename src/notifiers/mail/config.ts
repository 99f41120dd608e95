import { z } from 'zod';
import { messageSettings } from '../../notifier-kit/message.ts';
import { checkHost, checkTogether, dashboardLink, receiverSettings, tlsSettings } from '../../notifier-kit/receiver.ts';

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
    ca: tlsSettings.ca,
    dashboard: dashboardLink,
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts without TLS to another machine; everybody on the network between can read them'),
    ...messageSettings,
    ...receiverSettings,
    minimumPriority: receiverSettings.minimumPriority.default(3),
  })
  .superRefine((values, context) => {
    const at = { clearText: 'security', host: 'host' };
    checkHost({ ...values, isSecure: values.security !== 'none' }, { at, secure: 'starttls or tls' }, context);
    checkTogether(values, ['user', 'password'], context);
  });

export type MailConfig = z.infer<typeof schema>;

/** Port of the server: the usual one of its security, unless the configuration gives another one. */
export const portOf = ({ port, security }: MailConfig): number => port ?? (security === 'tls' ? 465 : 587);
