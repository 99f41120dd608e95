import type { NotifierPlugin } from '../../core/notifier.ts';
import { schema, type WebhookConfig } from './config.ts';
import { Webhook } from './webhook.ts';

export const webhook: NotifierPlugin<WebhookConfig> = {
  type: 'webhook',
  summary: 'Signed JSON by HTTP POST, for whatever can receive it.',
  schema,
  create: (config) => new Webhook(config),
};
