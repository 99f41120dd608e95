import type { NotifierPlugin } from '../../core/notifier.ts';
import { schema, type WebhookConfig } from './config.ts';
import { Webhook } from './webhook.ts';

export const webhook: NotifierPlugin<WebhookConfig> = {
  type: 'webhook',
  summary: 'Sends signed JSON to another system by HTTP POST.',
  schema,
  create: (config) => new Webhook(config),
};
