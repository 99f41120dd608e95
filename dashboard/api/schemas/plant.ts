import { z } from 'zod';
import type { Area, Equipment, Position, Site } from '../../../src/core/monitor.ts';
import type { Tag, TagLimits, TagModes } from '../../../src/core/tag.ts';
import { byName, figure, list, objectOf } from './parts.ts';

const names = list(z.string());

const area = objectOf<Area>({
  id: z.string(),
  name: z.string(),
  equipment: list(objectOf<Omit<Equipment, 'dependsOn'>>({ id: z.string(), name: z.string(), kind: z.string() })),
  indicators: names,
});

const position = objectOf<Position>({ name: z.string(), areas: names, budgetPerDay: z.number() });

export const site = objectOf<Site>({
  name: z.string(),
  timeZone: z.string(),
  areas: list(area),
  positions: list(position),
  shelvingMs: z.number().optional().describe('longest time for which an operator can shelve an alert'),
  secondPerson: z.boolean().optional().describe('true if another user must approve acts that reduce protection'),
  keyTrend: z.string().optional(),
}).meta({ id: 'Site' });

const tagLimits = objectOf<TagLimits>({
  highHigh: figure.optional(),
  high: figure.optional(),
  low: figure.optional(),
  lowLow: figure.optional(),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
  response: z.string().optional(),
});

const modes = objectOf<TagModes>({
  tag: z.string(),
  of: byName(z.string()),
  otherwise: z.string().optional(),
  floor: z.number().optional(),
  settleMs: z.number(),
});

export const tagInfo = objectOf<Tag & { readonly index: number }>({
  index: z.int().describe('valid for one run of the server'),
  name: z.string(),
  description: z.string(),
  short: z.string(),
  area: z.string(),
  equipment: z.string(),
  device: z.string(),
  kind: z.enum(['analog', 'discrete', 'counter', 'text']),
  role: z.enum(['measurement', 'setpoint', 'command', 'status', 'parameter', 'record']),
  unit: z.string(),
  range: z.strictObject({ low: figure, high: figure }).optional(),
  limits: tagLimits.optional(),
  decimals: z.int(),
  states: byName(z.string()).optional(),
  modes: modes.optional(),
  restsAt: list(z.number()).optional(),
  scanMs: z.number(),
  address: z.unknown().describe('address in the device, in the form of its collector'),
  aliases: list(z.strictObject({ device: z.string(), address: z.unknown() }))
    .optional()
    .describe('further addresses of the value, which are not read'),
  sameAs: list(z.string()).optional().describe('tags of other devices that read the same value'),
}).meta({ id: 'Tag' });
