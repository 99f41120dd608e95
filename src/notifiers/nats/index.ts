import type { NotifierPlugin } from '../../core/notifier.ts';
import { type NatsConfig, schema } from './config.ts';
import { Nats } from './nats.ts';

export const nats: NotifierPlugin<NatsConfig> = {
  type: 'nats',
  summary: 'Publishes alerts to a stream of NATS JetStream, which stores each change once.',
  schema,
  create: (config) => new Nats(config),
};
