import type { NotifierPlugin } from '../../core/notifier.ts';
import { type MailConfig, schema } from './config.ts';
import { Mail } from './mail.ts';

export const mail: NotifierPlugin<MailConfig> = {
  type: 'mail',
  summary: 'Sends alarms as mail by SMTP with TLS, and a mail when they are over.',
  schema,
  create: (config) => new Mail(config),
};
