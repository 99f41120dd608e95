import type { NotifierPlugin } from '../core/notifier.ts';
import { alertmanager } from './alertmanager/index.ts';
import { mail } from './mail/index.ts';
import { misp } from './misp/index.ts';
import { mqtt } from './mqtt/index.ts';
import { nats } from './nats/index.ts';
import { pagerduty } from './pagerduty/index.ts';
import { slack } from './slack/index.ts';
import { stix } from './stix/index.ts';
import { syslog } from './syslog/index.ts';
import { teams } from './teams/index.ts';
import { webhook } from './webhook/index.ts';

/** All notifiers. */
export const notifiers: readonly NotifierPlugin[] = [
  webhook,
  syslog,
  mqtt,
  mail,
  slack,
  teams,
  pagerduty,
  alertmanager,
  stix,
  misp,
  nats,
];
