import { z } from 'zod';
import { checkHost, checkTogether, receiverSettings, tlsSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: z
      .url({ protocol: /^(nats|tls)$/ })
      .describe('address of the server, e.g. tls://nats.example:4222; nats, without TLS, only on this machine'),
    user: z.string().optional().describe('user at the server'),
    password: z.string().optional().describe('password of the user, as ${env:NAME}'),
    credentials: z.string().optional().describe('file with the credentials of a user (.creds), instead of user and password'),
    ...tlsSettings,
    subject: z
      .string()
      .regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, 'words with dots between them, without spaces and wildcards')
      .default('scadawatch.alerts')
      .describe('beginning of the subjects; a stream of JetStream must take SUBJECT.>'),
    allowClearText: z
      .boolean()
      .default(false)
      .describe('send alerts without TLS to another machine; everybody on the network between can read them'),
    ...receiverSettings,
  })
  .superRefine((values, context) => {
    const { protocol, hostname: host } = new URL(values.url);
    const at = { clearText: 'url', host: 'url' };
    checkHost({ ...values, host, isSecure: protocol === 'tls:' }, { at, secure: 'tls' }, context);
    checkTogether(values, ['user', 'password'], context);
    checkTogether(values, ['certificate', 'key'], context);
    if (values.user !== undefined && values.credentials !== undefined)
      context.addIssue({ code: 'custom', path: ['credentials'], message: 'give either user and password, or credentials' });
  });

export type NatsConfig = z.infer<typeof schema>;
