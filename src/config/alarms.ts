import { z } from 'zod';
import { roles } from '../core/access.ts';
import { type AlarmSettings, defaultJoinMs, type SuppressionRule } from '../core/alarm-settings.ts';
import { defaultShelvingMs, longestShelvingMs } from '../core/alert.ts';
import { maintenanceKinds, type MaintenancePlace } from '../core/maintenance.ts';
import type { TagTable } from '../core/tag.ts';
import { duration } from './duration.ts';
import { type ConfigProblem, unknownName } from './problems.ts';

const oneOf =
  (keys: readonly string[]) =>
  (value: object): boolean =>
    keys.filter((key) => key in value && (value as Record<string, unknown>)[key] !== undefined).length === 1;

const priority = z.literal([1, 2, 3, 'A']);

const suppression = z.strictObject({
  when: z
    .strictObject({
      tag: z.string().optional().describe('discrete tag'),
      is: z.array(z.number()).min(1).optional().describe('values of that tag with which the alerts are suppressed'),
      device: z.string().optional().describe('device; while it does not answer, the alerts are suppressed'),
    })
    .refine(oneOf(['tag', 'device']), 'give either a tag or a device')
    .refine(({ tag, is }) => (tag === undefined) === (is === undefined), 'a tag needs `is`, a device has none')
    .describe('condition of the plant'),
  alerts: z
    .strictObject({
      area: z.string().optional().describe('id of an area'),
      equipment: z.string().optional().describe('id of an equipment'),
      device: z.string().optional().describe('name of a device, with the alerts of its tags'),
    })
    .refine(oneOf(maintenanceKinds), 'give one of area, equipment, device')
    .describe('alerts that are suppressed; intrusions never are'),
  cause: z.string().min(1).max(120).describe('cause as shown to operators'),
});

const delay = z
  .strictObject({
    priority: priority.optional().describe('priority of the alerts; any if not given'),
    tags: z.array(z.string()).min(1).optional().describe('tags of the findings; any if not given'),
    on: duration.default(0).describe('time for which the condition must last before an alert is raised'),
    off: duration.default(0).describe('time after the condition for which the alert stays in alarm'),
  })
  .refine(({ on, off }) => on > 0 || off > 0, 'give `on`, `off` or both')
  .refine(({ on, off }) => on <= 600_000 && off <= 600_000, 'a delay is 10m at most');

/** The alarm system. */
export const alarmsSchema = z.strictObject({
  records: z
    .string()
    .min(1)
    .optional()
    .describe('file of the alarm records, relative to this file: which findings are alarms, with cause and response'),
  secondPerson: z
    .boolean()
    .default(false)
    .describe(
      'another user approves acts that reduce protection: alarm records, baseline, calibration, reference set, changed configuration; the bounds of operators for shelving and maintenance count for every role',
    ),
  shelving: duration
    .refine((ms) => ms >= 60_000 && ms <= longestShelvingMs, 'between 1m and 30d')
    .default(defaultShelvingMs)
    .describe(
      'longest time for which an operator can shelve an alert or take a part out of service alone, 12h if not given; an engineer can for up to 30 days',
    ),
  join: duration
    .refine((ms) => ms >= 10_000 && ms <= 7_200_000, 'between 10s and 2h')
    .default(defaultJoinMs)
    .describe(
      'greatest time between the begins of two alerts of one incident, 10m if not given: the time in which ISA-18.2 counts the alarms of a flood',
    ),
  suppress: z.array(suppression).default([]).describe('suppression by design: alerts without a meaning in a state of the plant'),
  delays: z.array(delay).default([]).describe('on-delay and off-delay of alarms; the first entry that fits applies'),
  realarm: z
    .array(z.strictObject({ priority, after: duration.describe('time after the acknowledgement') }))
    .default([])
    .describe('acknowledged alerts that are annunciated again while they are still in alarm'),
  escalate: z
    .array(
      z.strictObject({
        priority,
        after: duration.describe('time without an acknowledgement'),
        to: z.enum(roles).describe('role that the alert is escalated to; see `escalatedTo` of a notifier'),
      }),
    )
    .default([])
    .describe('unacknowledged alerts that are escalated to a role'),
});

/** Names of areas, equipment and devices. */
export type PlaceNames = Readonly<Record<MaintenancePlace['kind'], readonly string[]>>;

/** The settings of the alarm system. Adds unknown names to `problems`. */
export function resolveAlarms(
  { suppress, delays, realarm, escalate, join }: z.infer<typeof alarmsSchema>,
  names: PlaceNames,
  tags: TagTable,
  problems: ConfigProblem[],
): AlarmSettings {
  const known = (name: string, kind: string, all: readonly string[], path: readonly PropertyKey[]): void => {
    if (!all.includes(name)) unknownName(problems, path, kind, name, all);
  };
  const indexOf = (name: string, path: readonly PropertyKey[]): number[] => {
    const index = tags.indexOf(name);
    if (index === undefined)
      unknownName(
        problems,
        path,
        'tag',
        name,
        tags.tags.map((tag) => tag.name),
      );
    return index === undefined ? [] : [index];
  };
  return {
    suppress: suppress.flatMap(({ when, alerts, cause }, i): SuppressionRule[] => {
      const path = ['alarms', 'suppress', i];
      const places = maintenanceKinds.flatMap((kind) => (alerts[kind] === undefined ? [] : [{ kind, id: alerts[kind] }]));
      for (const { kind, id } of places) known(id, kind, names[kind], [...path, 'alerts', kind]);
      if (when.device !== undefined) known(when.device, 'device', names.device, [...path, 'when', 'device']);
      const tag = when.tag === undefined ? [] : indexOf(when.tag, [...path, 'when', 'tag']);
      return places.flatMap((of) => [
        ...tag.map((index) => ({ when: { tag: index, is: when.is ?? [] }, of, cause })),
        ...(when.device === undefined ? [] : [{ when: { device: when.device }, of, cause }]),
      ]);
    }),
    delays: delays.map(({ priority: of, tags: own, on, off }, i) => {
      own?.forEach((name, j) => void indexOf(name, ['alarms', 'delays', i, 'tags', j]));
      return { priority: of, tags: own, onMs: on, offMs: off };
    }),
    realarm: realarm.map(({ priority: of, after }) => ({ priority: of, afterMs: after })),
    escalate: escalate
      .map(({ priority: of, after, to }) => ({ priority: of, afterMs: after, to }))
      .toSorted((a, b) => a.afterMs - b.afterMs),
    joinMs: join,
  };
}
