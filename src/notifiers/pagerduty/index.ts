import type { NotifierPlugin } from '../../core/notifier.ts';
import { destinationOf } from '../../notifier-kit/receiver.ts';
import { type PagerdutyConfig, schema } from './config.ts';
import { pagerdutyOf } from './pagerduty.ts';

export const pagerduty: NotifierPlugin<PagerdutyConfig> = {
  type: 'pagerduty',
  summary: 'Calls the person on duty by PagerDuty, and resolves the call with the alert.',
  schema,
  destinations: ({ url, acknowledgements }) =>
    [url, ...(acknowledgements === undefined ? [] : [acknowledgements.url])].map(destinationOf),
  create: (config) => pagerdutyOf(config),
};
