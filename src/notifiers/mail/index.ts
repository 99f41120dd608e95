import type { NotifierPlugin } from '../../core/notifier.ts';
import { type MailConfig, portOf, schema } from './config.ts';
import { Mail } from './mail.ts';

export const mail: NotifierPlugin<MailConfig> = {
  type: 'mail',
  summary: 'Sends alarms as mail by SMTP with TLS, and a mail when they are over.',
  schema,
  destinations: (config) => [{ host: config.host, port: portOf(config) }],
  create: (config) => new Mail(config),
};
