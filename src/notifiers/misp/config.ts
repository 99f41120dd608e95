import { z } from 'zod';
import { caseSettings, folderSettings } from '../../notifier-kit/case.ts';
import { checkTogether, checkUrl, urlOf, urlSettings } from '../../notifier-kit/receiver.ts';

export const schema = z
  .strictObject({
    url: urlOf('address of MISP, without the path of its API; https unless it is on this machine').optional(),
    key: z.string().min(1).optional().describe('key of the automation user, as ${env:NAME}'),
    folder: z.string().min(1).optional().describe('folder for the events, one file for each change, instead of url'),
    ...caseSettings,
    ...folderSettings,
    ...urlSettings,
  })
  .superRefine((values, context) => {
    const { url } = values;
    if ((url === undefined) === (values.folder === undefined))
      context.addIssue({ code: 'custom', path: ['url'], message: 'either url or folder is required' });
    checkTogether(values, ['url', 'key'], context);
    if (url !== undefined) checkUrl({ ...values, url }, context);
  });

export type MispConfig = z.infer<typeof schema>;
