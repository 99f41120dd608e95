import { z } from 'zod';
import { alarmsSchema } from './alarms.ts';
import { duration } from './duration.ts';
import { feedSchema } from './feeds.ts';
import { notificationsSchema, notifierSchema } from './notifiers.ts';
import { packetsSchema } from './packets.ts';

/** Names are used in keys, files and queries: letters, digits and a few separators. */
const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dot, underscore and hyphen only')
  .refine((name) => !(name in Object.prototype), 'is a reserved word of JavaScript: choose another name');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Name of a tag, or of an entry that expands to many tags (see `patterns.ts`). */
const tagName = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9]|\{(?:path|name)\})(?:[A-Za-z0-9._-]|\{(?:path|name)\})*$/,
    'letters, digits, dot, underscore and hyphen only; {path} or {name} in an entry for many tags',
  )
  .refine((name) => !(name in Object.prototype), 'is a reserved word of JavaScript: choose another name');

const limits = z.strictObject({
  highHigh: z.number().optional().describe('alarm above this value, most urgent'),
  high: z.number().optional().describe('alarm above this value'),
  low: z.number().optional().describe('alarm below this value'),
  lowLow: z.number().optional().describe('alarm below this value, most urgent'),
  priority: z.literal([1, 2, 3]).optional().describe('priority of the alarm, 1 being the most urgent'),
  response: z
    .string()
    .max(120)
    .optional()
    .describe('first action of the operator; without it the limit raises an anomaly, not an alarm'),
});

/** An entry under `tags`. The collector of the tag's device validates the address. */
export const tagSchema = z.strictObject({
  device: z.string().describe('name of a device under `devices`'),
  address: z.unknown().describe('address on the device; its keys depend on the type of the device'),
  aliases: z
    .array(z.strictObject({ device: z.string().describe('name of a device'), address: z.unknown().describe('address on it') }))
    .max(8)
    .optional()
    .describe(
      'further addresses of the same value, such as its registers in the controller behind a server; they are not read, and recorded writes to them are writes to the tag. `agreement` compares it with a tag that has one of them as its address',
    ),
  kind: z.enum(['analog', 'discrete', 'counter', 'text']).default('analog').describe('kind of its values'),
  role: z
    .enum(['measurement', 'setpoint', 'command', 'status', 'parameter', 'record'])
    .default('measurement')
    .describe(
      'role in its control loop; a record of a past event, such as the current at the last trip, is stored and not judged',
    ),
  area: z.string().describe('id of an area under `areas`'),
  equipment: z.string().describe('id of an equipment of that area'),
  unit: z.string().default('').describe('engineering unit'),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'the low end must be below the high end')
    .optional()
    .describe('engineering range, low and high end'),
  decimals: z.int().min(0).max(6).default(2).describe('digits after the decimal point on displays'),
  scan: z.string().default('normal').describe('name of a scan class under `scanClasses`'),
  short: z.string().max(9).optional().describe('name on small indicators; the last part of the tag name if not given'),
  description: z.string().min(1).describe('plain description, shown to operators'),
  limits: limits.optional().describe('alarm limits of the plant, with the response'),
  states: z.record(z.string(), z.string()).optional().describe('names of the states of a discrete tag, by value'),
});

const modes = z.strictObject({
  tag: z.string().describe('discrete tag whose value gives the mode'),
  values: z
    .record(z.string().regex(/^[a-z][a-z0-9 -]*$/, 'small letters, digits, space and hyphen only'), z.array(z.number()).min(1))
    .describe(
      'values of that tag by name of the mode; with any other value, such as that of starting up, nothing is learned or judged',
    ),
  resting: z.array(z.string()).default([]).describe('modes in which it does not run; their dwell time is not judged'),
  settle: duration.default(60_000).describe('after a change of mode nothing is learned or judged for this long'),
});

const equipment = z.strictObject({
  id: identifier.describe('unique in the site'),
  name: z.string().min(1).describe('display name'),
  kind: z.string().default('unit').describe('pump, tank, valve, filter, analyser …'),
  dependsOn: z
    .array(z.string())
    .optional()
    .describe('ids of equipment that supplies or drives it, directly; incidents join along these supplies'),
  modes: modes.optional().describe('operating modes, each with a normal range of its own'),
});

const area = z.strictObject({
  id: identifier.describe('unique in the site'),
  name: z.string().min(1).max(14).describe('display name'),
  indicators: z.array(z.string()).max(4).default([]).describe('tags shown on the plant overview'),
  equipment: z.array(equipment).default([]).describe('pumps, tanks, valves … of the area'),
});

const position = z.strictObject({
  name: z.string().min(1).max(24).describe('display name, unique in the site'),
  areas: z.array(z.string()).min(1).describe('ids of its areas; an area belongs to one position at most'),
  alarmBudget: z
    .number()
    .positive()
    .describe('newly raised alerts of its areas per day that are accepted during normal operation'),
});

const group = z.strictObject({
  name: identifier.describe('unique in the site'),
  tags: z.array(z.string()).min(2).describe('tags that are judged together'),
  period: duration.describe('time between two vectors of their values'),
});

const plugged = z.looseObject({ type: z.string() });

/** The whole file. For plug-ins only `type` is validated here; their own schemas validate the rest. */
export const fileSchema = z.strictObject({
  site: z
    .strictObject({
      name: z.string().min(1).describe('name of the site, shown on every page'),
      timeZone: z
        .string()
        .refine(isTimeZone, 'is no IANA time zone: give one such as Europe/Berlin, or UTC')
        .default('UTC')
        .describe('IANA time zone of the control room, whose hours and weekdays `profile` learns'),
      keyTrend: z.string().optional().describe('tag whose trend the plant overview shows'),
    })
    .describe('the site that is monitored'),
  areas: z.array(area).min(1).describe('areas in the order of the process'),
  scanClasses: z.record(z.string(), duration).default({ normal: 2000 }).describe('poll periods by name of the class'),
  devices: z.record(identifier, plugged).describe('PLCs, RTUs, servers by name'),
  tags: z
    .record(tagName, tagSchema)
    .describe('measured and commanded points by name; a name with `{path}` or `{name}` expands to many tags'),
  alarmBudget: z
    .number()
    .positive()
    .default(2.4)
    .describe('newly raised alerts per day, plant-wide, that are accepted during normal operation'),
  alarms: alarmsSchema.prefault({}).describe('alarm system: records, shelving, suppression, delays, re-alarm, escalation'),
  mimics: z
    .string()
    .min(1)
    .optional()
    .describe('file of the drawings of the areas, relative to this file; without it, displays are made from the tags'),
  positions: z
    .array(position)
    .default([])
    .describe('operator positions that share the plant, each with an alarm budget of its own beside that of the plant'),
  detectors: z
    .record(z.string(), z.union([z.literal(false), z.looseObject({})]))
    .default({})
    .describe('settings by detector type, or false to disable it; other detectors run with their defaults'),
  shadow: z
    .strictObject({
      alarmBudget: z.number().positive().optional().describe('alarm budget instead of that of the plant'),
      detectors: z
        .record(z.string(), z.union([z.literal(false), z.looseObject({})]))
        .default({})
        .describe('settings instead of those of the plant, by detector type; false disables it'),
    })
    .optional()
    .describe('changed detection beside the live one; its alerts are shown for comparison and notify nobody'),
  workers: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('number of detection threads; by default it follows load and cores, and a calibration uses every core'),
  groups: z
    .array(group)
    .optional()
    .describe('tags that are judged together; by area if not given, and the levels and flows across areas'),
  sourceTimes: z
    .strictObject({
      past: duration.default(315_360_000_000).describe('largest plausible time from measurement to receipt'),
      ahead: duration.default(86_400_000).describe('largest plausible time from receipt to a source time in the future'),
    })
    .prefault({})
    .describe('plausible source times; other samples are stored under their receive time with an uncertain quality'),
  historian: plugged.optional().describe('store of the samples; the embedded one if not given'),
  notifiers: z.array(notifierSchema).default([]).describe('systems that receive alerts'),
  notifications: notificationsSchema.prefault({}).describe('settings for all notifiers'),
  feeds: z
    .array(feedSchema)
    .max(50)
    .refine((feeds) => new Set(feeds.map(({ name }) => name)).size === feeds.length, 'two feeds have the same name')
    .default([])
    .describe('feeds of indicators (STIX, MISP) that the network is compared with'),
  packets: packetsSchema.prefault({}).describe('raw packets of the taps that are kept as evidence'),
  dashboard: z.looseObject({}).default({}).describe('web server of the dashboard'),
});

export type ConfigFile = z.infer<typeof fileSchema>;
