import type { NotifierPlugin } from '../core/notifier.ts';
import { alertmanager } from './alertmanager/index.ts';
import { pagerduty } from './pagerduty/index.ts';
import { slack } from './slack/index.ts';
import { syslog } from './syslog/index.ts';
import { teams } from './teams/index.ts';
import { webhook } from './webhook/index.ts';

/** All notifiers. */
export const notifiers: readonly NotifierPlugin[] = [webhook, syslog, slack, teams, pagerduty, alertmanager];
