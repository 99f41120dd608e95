import { z } from 'zod';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of the Events API; the one of the European region is https://events.eu.pagerduty.com/v2/enqueue').default(
      'https://events.pagerduty.com/v2/enqueue',
    ),
    routingKey: z.string().min(16).describe('integration key of the service, as ${env:NAME}'),
    acknowledgements: z
      .strictObject({
        token: z.string().min(16).describe('read-only key of the REST API, as ${env:NAME}'),
        service: z
          .string()
          .regex(/^[A-Z0-9]+$/)
          .describe('id of the service that has the integration key, e.g. PABC123'),
        url: urlOf('address of the REST API').default('https://api.pagerduty.com'),
      })
      .optional()
      .describe(
        'an acknowledgement at PagerDuty also acknowledges the alert; PagerDuty is asked once a minute while an alert waits',
      ),
    dashboard: dashboardLink,
    ...urlSettings,
    minimumPriority: urlSettings.minimumPriority.default(3),
  })
  .superRefine((values, context) => {
    checkUrl(values, context);
    const { acknowledgements } = values;
    if (acknowledgements !== undefined) checkUrl({ ...values, url: acknowledgements.url }, context);
  });

export type PagerdutyConfig = z.infer<typeof schema>;
