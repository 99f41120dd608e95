import type { NotifierPlugin } from '../../core/notifier.ts';
import { alertmanagerOf } from './alertmanager.ts';
import { type AlertmanagerConfig, schema } from './config.ts';

export const alertmanager: NotifierPlugin<AlertmanagerConfig> = {
  type: 'alertmanager',
  summary: 'Sends alerts to Prometheus Alertmanager, which groups, routes and silences them.',
  schema,
  create: (config) => alertmanagerOf(config),
};
