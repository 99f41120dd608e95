import type { NotifierPlugin } from '../../core/notifier.ts';
import { type PagerdutyConfig, schema } from './config.ts';
import { Pagerduty } from './pagerduty.ts';

export const pagerduty: NotifierPlugin<PagerdutyConfig> = {
  type: 'pagerduty',
  summary: 'Calls the person on duty by PagerDuty, and resolves the call with the alert.',
  schema,
  create: (config) => new Pagerduty(config),
};
