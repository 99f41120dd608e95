import { z } from 'zod';
import { checkUrl, dashboardLink, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of Alertmanager, without the path of its API; https unless it is on this machine'),
    headers: z.record(z.string(), z.string()).default({}).describe('further headers, e.g. authorization: ${env:NAME}'),
    labels: z.record(z.string(), z.string()).default({}).describe('further labels of each alert, e.g. site: north'),
    dashboard: dashboardLink,
    ...urlSettings,
  })
  .superRefine(checkUrl);

export type AlertmanagerConfig = z.infer<typeof schema>;
