import { z } from 'zod';
import { roles } from '../core/access.ts';
import { groupings, weekdays } from '../core/notification-settings.ts';
import type { NotifierConfig } from './configured.ts';
import { duration } from './duration.ts';
import { type ConfigProblem, unknownName } from './problems.ts';

/** A time of day as minutes since midnight. */
const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 06:00, or 24:00 for its end')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const hours = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays])
    .describe('weekdays on which the hours begin; all if not given'),
  from: timeOfDay.default(0).describe('begin, local time of the site, e.g. 06:00; 00:00 if not given'),
  to: timeOfDay.default(1_440).describe('end, 24:00 if not given; not after `from` means on the next day'),
});

const rule = z
  .strictObject({
    priorities: z
      .array(z.literal([1, 2, 3, 'A']))
      .min(1)
      .optional()
      .describe('priorities of the alerts'),
    areas: z.array(z.string()).min(1).optional().describe('ids of areas'),
    techniques: z
      .array(z.string().regex(/^T\d{4}(?:\.\d{3})?$/, 'an ATT&CK id such as T1692 or T1692.001'))
      .min(1)
      .optional()
      .describe('ATT&CK ids; an id also covers its sub-techniques'),
    escalatedTo: z.array(z.enum(roles)).min(1).optional().describe('roles to which the alert is escalated'),
    hours: hours.optional().describe('hours in which the alert calls for a person; its end is sent at any time'),
  })
  .refine((conditions) => Object.keys(conditions).length > 0, 'give a condition, or leave `route` out');

const privacy = z.strictObject({
  addresses: z
    .enum(['show', 'pseudonym', 'hide'])
    .default('show')
    .describe('network addresses in all texts: as they are, as a pseudonym that is always the same, or hidden'),
  users: z.enum(['pseudonym', 'hide']).default('pseudonym').describe('users of the dashboard: as a pseudonym, or hidden'),
  notes: z.enum(['show', 'hide']).default('show').describe('notes that people write, which may contain names'),
});

/** Settings of every notifier, beside those of its type. */
const common = {
  escalatedTo: z.enum(roles).optional().describe('role: only alerts that are escalated to it are sent; all alerts if not given'),
  route: z
    .array(rule)
    .min(1)
    .max(50)
    .optional()
    .describe('alerts that are sent: those that meet all conditions of one entry; all alerts if not given'),
  group: z
    .strictObject({
      by: z.enum(groupings).describe('what the alerts of one message share'),
      wait: duration
        .refine((ms) => ms >= 1_000 && ms <= 600_000, 'between 1s and 10m')
        .default(30_000)
        .describe('time from the first change to the message; 30s if not given'),
    })
    .optional()
    .describe('several changes become one message; an alarm of priority 1 never waits'),
  updates: duration
    .refine((ms) => ms === 0 || (ms >= 10_000 && ms <= 86_400_000), 'between 10s and 24h, or 0s')
    .optional()
    .describe(
      'time for which updates of known alerts are collected, 5m if not given; 0s sends each at once. A more urgent alert, an acknowledgement and an end never wait',
    ),
  remind: duration
    .refine((ms) => ms >= 60_000 && ms <= 86_400_000, 'between 1m and 24h')
    .optional()
    .describe('time without an acknowledgement after which a reminder is sent, again and again'),
  privacy: privacy.optional().describe('what the receiver learns of persons and networks'),
  canary: z
    .boolean()
    .optional()
    .describe(
      'asks the receiver each minute if it takes alerts, by a way that calls nobody. true sends mail, chat, PagerDuty and Alertmanager a visible message instead; false asks none',
    ),
};

/** An entry under `notifiers`; its type validates the other settings. */
export const notifierSchema = z.looseObject({ type: z.string() }).extend(common);

const host = /^(?:\*\.)?[A-Za-z0-9._-]+:(?:\d{1,5}|\*)$|^\[[0-9A-Fa-f:.]+\]:(?:\d{1,5}|\*)$/;

/** Settings for all notifiers. */
export const notificationsSchema = z.strictObject({
  destinations: z
    .array(z.string().regex(host, 'a name and a port such as siem.example.net:6514, *.slack.com:443 or 10.0.0.7:*'))
    .optional()
    .describe(
      'hosts and ports that notifiers may reach; if not given, those that the notifiers name themselves. Redirects are never followed',
    ),
});

/** Separates the settings of every notifier from those of its type. */
export function commonSettings(
  { escalatedTo, route, group, updates, remind, privacy: shown, canary, ...own }: z.infer<typeof notifierSchema>,
  areas: readonly string[],
  path: readonly PropertyKey[],
  problems: ConfigProblem[],
): { readonly settings: NotifierConfig['settings']; readonly own: { readonly type: string } } {
  route?.forEach((one, i) =>
    one.areas?.forEach((area, j) => {
      if (!areas.includes(area)) unknownName(problems, [...path, 'route', i, 'areas', j], 'area', area, areas);
    }),
  );
  const settings = {
    escalatedTo,
    route,
    group: group && { by: group.by, waitMs: group.wait },
    updatesMs: updates,
    remindMs: remind,
    privacy: shown,
    canary,
  };
  return { settings, own };
}
