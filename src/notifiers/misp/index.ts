import type { NotifierPlugin } from '../../core/notifier.ts';
import { type MispConfig, schema } from './config.ts';
import { Misp } from './misp.ts';

export const misp: NotifierPlugin<MispConfig> = {
  type: 'misp',
  summary: 'Sends alerts to MISP, one event for each incident, or writes the events to files.',
  schema,
  create: (config) => new Misp(config),
};
