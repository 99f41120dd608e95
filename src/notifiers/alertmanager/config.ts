import { z } from 'zod';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of Alertmanager, without the path of its API; https unless it is on this machine'),
    headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
    labels: z.record(z.string(), z.string()).default({}).describe('further labels of each alert, e.g. site: north'),
    acknowledgements: z
      .boolean()
      .default(false)
      .describe(
        'a silence that a person sets for an alert also acknowledges it; Alertmanager is asked once a minute while one waits',
      ),
    dashboard: dashboardLink,
    ...urlSettings,
  })
  .superRefine(checkUrl);

export type AlertmanagerConfig = z.infer<typeof schema>;

/** Address of the alerts in the API. */
export const alertsUrl = ({ url }: AlertmanagerConfig): string => `${apiUrl(url)}/alerts`;

/** Address of a silence in the API. */
export const silenceUrl = ({ url }: AlertmanagerConfig, id: string): string => `${apiUrl(url)}/silence/${encodeURIComponent(id)}`;

const apiUrl = (url: string): string => `${url.replace(/\/$/, '')}/api/v2`;
