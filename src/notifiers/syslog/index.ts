import type { NotifierPlugin } from '../../core/notifier.ts';
import { portOf, schema, type SyslogConfig } from './config.ts';
import { Syslog } from './syslog.ts';

export const syslog: NotifierPlugin<SyslogConfig> = {
  type: 'syslog',
  summary: 'Sends CEF, OCSF or ECS to a SIEM by syslog over TLS, TCP or UDP.',
  schema,
  destinations: (config) => [{ host: config.host, port: portOf(config) }],
  create: (config) => new Syslog(config),
};
