import { z } from 'zod';
import { duration } from '../../src/config/duration.ts';
import { line } from '../../src/config/line.ts';
import { maintenanceKinds } from '../../src/core/maintenance.ts';
import { mostHeldConnections } from '../../src/core/scenario.ts';
import { plantCondition, statedEffect } from './conditions.ts';

/** Largest parts of a scenario file. */
const most = {
  steps: 500,
  spans: 50,
  names: 500,
  effects: 20,
  hints: 10,
  maintenance: 20,
  displayed: 100,
  durationS: 7 * 86_400,
} as const;

const name = line(128).regex(/^\S+$/, 'a name without spaces');
const names = z.array(name).max(most.names);

/** Plant seconds. A plant advances by whole seconds. */
const seconds = z
  .string({ error: ({ input }) => (input === undefined ? undefined : 'a length of time such as 60s, 10m or 1h') })
  .pipe(duration)
  .transform((ms) => ms / 1_000)
  .refine(Number.isInteger, 'whole seconds, because a plant advances by seconds')
  .refine((s) => s <= most.durationS, 'at most 7d');
const period = seconds.refine((s) => s >= 1, 'at least 1s');

const timing = {
  at: seconds.describe('time after the start of the scenario'),
  every: period.optional().describe('the step repeats with this period'),
  until: seconds.optional().describe('last time of a repeated step'),
  actor: z.enum(['attacker', 'operator', 'process']).describe('steps of the attacker are hostile'),
  text: line(200).describe('one line of the timeline'),
};
const modbus = { ...timing, protocol: z.literal('modbus') };
const plant = { ...timing, protocol: z.literal('plant') };
const addressOf = z.literal('operator').optional().describe('the client runs on the operator station');
const anyOf = (what: string, values: string) => ({ error: `there is no such ${what}: choose ${values}` });

const step = z.discriminatedUnion(
  'protocol',
  [
    z.discriminatedUnion(
      'operation',
      [
        z.strictObject({
          ...modbus,
          operation: z.literal('write'),
          controller: name,
          target: name,
          value: z.number(),
          addressOf,
        }),
        z.strictObject({
          ...modbus,
          operation: z.literal('scan'),
          controller: name,
          addresses: z.tuple([z.int().min(0).max(65_535), z.int().min(0).max(65_535)]).describe('first and last address'),
        }),
        z.strictObject({
          ...modbus,
          operation: z.literal('connect'),
          controller: name,
          connections: z.int().min(1).max(mostHeldConnections).describe('number of connections that are held'),
        }),
        z.strictObject({ ...modbus, operation: z.literal(['restart', 'block', 'blank']), controller: name }),
        z.strictObject({
          ...modbus,
          operation: z.literal('display'),
          controller: name,
          targets: z.array(name).min(1).max(most.displayed),
        }),
      ],
      anyOf('operation of modbus', 'write, scan, connect, restart, block, display or blank'),
    ),
    z.strictObject({
      ...timing,
      protocol: z.literal('opcua'),
      operation: z.literal('write', anyOf('operation of opcua', 'write')),
      target: name,
      value: z.number(),
      certificateOf: z.literal('operator').optional().describe('the client has stolen this certificate and its key'),
      addressOf,
    }),
    z.discriminatedUnion(
      'operation',
      [
        z.strictObject({ ...plant, operation: z.literal('sensor-stuck'), target: name, value: z.number() }),
        z.strictObject({
          ...plant,
          operation: z.literal('sensor-bias'),
          target: name,
          value: z.number().describe('added to the value of the sensor'),
          driftPerHour: z.number().optional(),
        }),
        z.strictObject({
          ...plant,
          operation: z.literal('sensor-noise'),
          target: name,
          value: z.number().nonnegative().describe('standard deviation of additional noise'),
        }),
        z.strictObject({ ...plant, operation: z.literal('replay'), targets: names.min(1), length: period }),
        z.strictObject({ ...plant, operation: z.literal('release'), target: name.describe('`*` for all points') }),
        z.strictObject({ ...plant, operation: z.literal('act'), name, value: z.number().optional() }),
      ],
      anyOf('operation of plant', 'sensor-stuck, sensor-bias, sensor-noise, replay, release or act'),
    ),
  ],
  anyOf('protocol', 'modbus, opcua or plant'),
);

const maintenance = z
  .strictObject({
    area: name.optional(),
    equipment: name.optional(),
    device: name.optional(),
    lasts: period.describe('time from the start of the scenario'),
    reason: line(200).describe('work order'),
  })
  .refine(
    (one) => maintenanceKinds.filter((kind) => one[kind] !== undefined).length === 1,
    'give one of area, equipment, device',
  );

/** A scenario as its author writes it in YAML. */
export const scenarioFileSchema = z.strictObject({
  id: line(60).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens'),
  plant: name.describe('type of the simulated plant'),
  kind: z.enum(['attack', 'fault', 'benign']),
  title: line(80),
  description: line(1_000),
  techniques: z.array(name).max(20).default([]).describe('ATT&CK for ICS ids, v19'),
  physicalResult: line(1_000).describe('effect on the process in words; a figure needs a test of it'),
  effects: z.array(statedEffect).max(most.effects).optional().describe('tests of the physical effect'),
  difficulty: z.literal([1, 2, 3]),
  duration: period,
  hints: z.array(line(300)).min(1).max(most.hints).optional().describe('for the participants of an exercise, in this order'),
  stopWhen: z.array(plantCondition).max(most.effects).optional(),
  seed: z.int().min(0).max(0xffffffff).optional(),
  hours: z
    .tuple([z.int().min(0).max(23), z.int().min(1).max(24)])
    .refine(([from, to]) => from < to, 'the first hour must be before the last one')
    .optional()
    .describe('hours of the day, UTC, between which people begin such work'),
  maintenance: z
    .array(maintenance)
    .max(most.maintenance)
    .optional()
    .describe('work orders of which the monitor is told at the start'),
  steps: z.array(step).min(1).max(most.steps),
  truth: z
    .array(z.strictObject({ from: seconds, to: seconds, tags: names, equipment: names }))
    .max(most.spans)
    .default([]),
  expect: z
    .strictObject({
      within: period.describe('time after the first hostile step'),
      equipment: names.default([]),
      tags: names.default([]),
      devices: names.optional(),
    })
    .optional(),
});

export type ScenarioFile = z.output<typeof scenarioFileSchema>;
export type ScenarioFileStep = ScenarioFile['steps'][number];
