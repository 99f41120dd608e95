import { z } from 'zod';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of the Events API; the one of the European region is https://events.eu.pagerduty.com/v2/enqueue').default(
      'https://events.pagerduty.com/v2/enqueue',
    ),
    routingKey: z.string().min(16).describe('integration key of the service, as ${env:NAME}'),
    dashboard: dashboardLink,
    ...urlSettings,
    minimumPriority: urlSettings.minimumPriority.default(3),
  })
  .superRefine(checkUrl);

export type PagerdutyConfig = z.infer<typeof schema>;
