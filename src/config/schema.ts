import { z } from 'zod';
import { duration } from './duration.ts';

/** Names are used in keys, files and queries: letters, digits and a few joints. */
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
    'letters, digits, dot, underscore and hyphen only; {path} or {name} where the entry stands for many tags',
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
    .describe('what the operator does first; without it the limit raises an anomaly, not an alarm'),
});

/** One entry under `tags`. The address is checked by the collector of the tag's device. */
export const tagSchema = z.strictObject({
  device: z.string().describe('name of a device under `devices`'),
  address: z.unknown().describe('where the device keeps it; the keys depend on the type of the device'),
  kind: z.enum(['analog', 'discrete', 'counter', 'text']).default('analog').describe('how its values behave'),
  role: z
    .enum(['measurement', 'setpoint', 'command', 'status', 'parameter'])
    .default('measurement')
    .describe('what it is for in its control loop'),
  area: z.string().describe('id of an area under `areas`'),
  equipment: z.string().describe('id of an equipment of that area'),
  unit: z.string().default('').describe('engineering unit'),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'the low end must be below the high end')
    .optional()
    .describe('engineering range, low and high end'),
  decimals: z.int().min(0).max(6).default(2).describe('figures after the decimal point on displays'),
  scan: z.string().default('normal').describe('name of a scan class under `scanClasses`'),
  short: z.string().max(9).optional().describe('name on small indicators; the last part of the tag name if not given'),
  description: z.string().min(1).describe('what it is, in plain words'),
  limits: limits.optional().describe('limits that the plant has set, with the response'),
  states: z.record(z.string(), z.string()).optional().describe('names of the states of a discrete tag, by value'),
});

const modes = z.strictObject({
  tag: z.string().describe('discrete tag whose value tells the mode'),
  values: z
    .record(z.string().regex(/^[a-z][a-z0-9 -]*$/, 'small letters, digits, space and hyphen only'), z.array(z.number()).min(1))
    .describe(
      'values of that tag by name of the mode; with any other value, such as that of starting up, nothing is learned or judged',
    ),
  resting: z
    .array(z.string())
    .default([])
    .describe('modes in which it does not run: it may stay in them for as long as it likes'),
  settle: duration.default(60_000).describe('after a change of mode nothing is learned or judged for this long'),
});

const equipment = z.strictObject({
  id: identifier.describe('unique in the site'),
  name: z.string().min(1).describe('what people call it'),
  kind: z.string().default('unit').describe('pump, tank, valve, filter, analyser …'),
  modes: modes.optional().describe('modes in which its measurements are normal in different ways'),
});

const area = z.strictObject({
  id: identifier.describe('unique in the site'),
  name: z.string().min(1).max(14).describe('what people call it'),
  indicators: z.array(z.string()).max(4).default([]).describe('tags shown on the plant overview'),
  equipment: z.array(equipment).default([]).describe('pumps, tanks, valves … of the area'),
});

const position = z.strictObject({
  name: z.string().min(1).max(24).describe('what people call it; unique in the site'),
  areas: z.array(z.string()).min(1).describe('ids of its areas; an area belongs to one position at most'),
  alarmBudget: z
    .number()
    .positive()
    .describe('newly raised alerts of its areas per day that are accepted during normal operation'),
});

const group = z.strictObject({
  name: identifier.describe('unique in the site'),
  tags: z.array(z.string()).min(2).describe('tags that are judged together'),
  period: duration.describe('how often a vector of them is made'),
});

const plugged = z.looseObject({ type: z.string() });

/** The whole file. What belongs to a plug-in is only checked for its `type` here; the plug-in's own schema does the rest. */
export const fileSchema = z.strictObject({
  site: z
    .strictObject({
      name: z.string().min(1).describe('name of the site, shown on every page'),
      timeZone: z
        .string()
        .refine(isTimeZone, 'is no IANA time zone: give one such as Europe/Berlin, or UTC')
        .default('UTC')
        .describe('IANA time zone of the control room, whose hours and weekdays `profile` learns'),
      keyTrend: z.string().optional().describe('tag whose trend stands on the plant overview'),
    })
    .describe('what is watched'),
  areas: z.array(area).min(1).describe('areas in the order of the process'),
  scanClasses: z.record(z.string(), duration).default({ normal: 2000 }).describe('how often tags are read, by name of the class'),
  devices: z.record(identifier, plugged).describe('PLCs, RTUs, servers by name'),
  tags: z
    .record(tagName, tagSchema)
    .describe('measured and commanded points by name; one with `{path}` or `{name}` in its name stands for many'),
  alarmBudget: z
    .number()
    .positive()
    .default(2.4)
    .describe('newly raised alerts per day, plant-wide, that are accepted during normal operation'),
  positions: z
    .array(position)
    .default([])
    .describe('operator positions, where several share the plant: each has a budget beside that of the plant'),
  detectors: z
    .record(z.string(), z.union([z.literal(false), z.looseObject({})]))
    .default({})
    .describe('settings by detector type, or false to leave it out; a detector not named runs with its defaults'),
  shadow: z
    .strictObject({
      alarmBudget: z.number().positive().optional().describe('in place of that of the plant'),
      detectors: z
        .record(z.string(), z.union([z.literal(false), z.looseObject({})]))
        .default({})
        .describe('settings in place of those of the plant, by detector type; false leaves it out'),
    })
    .optional()
    .describe('a changed detection that runs beside the live one and alerts nobody, to see what it would raise'),
  workers: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('threads that share the detectors; by load and cores if not given, a calibration then takes every core'),
  groups: z.array(group).optional().describe('tags that are judged together; by area if not given'),
  sourceTimes: z
    .strictObject({
      past: duration.default(315_360_000_000).describe('how long before its receipt a device may have measured a sample'),
      ahead: duration.default(86_400_000).describe('how much later than its receipt the source time of a sample may be'),
    })
    .prefault({})
    .describe('source times that can be right; samples with others are kept under their receive time, with an uncertain quality'),
  historian: plugged.default({ type: 'duckdb' }).describe('where samples are kept'),
  notifiers: z.array(plugged).default([]).describe('other systems that receive alerts'),
  dashboard: z.looseObject({}).default({}).describe('the web server of the operators'),
});

export type ConfigFile = z.infer<typeof fileSchema>;
