import { z } from 'zod';
import type { InjectAlert, InjectDetection } from '../../../src/alerts/report/inject-detections.ts';
import type { PlantPace } from '../../../src/core/clock.ts';
import type {
  CampaignStatus,
  InstructorEntry,
  LabCampaign,
  LabEffect,
  LabEvent,
  LabResult,
  LabSpeed,
  LabStatus,
  TruthRange,
} from '../../../src/core/lab.ts';
import type { PlantAction } from '../../../src/core/plant.ts';
import type {
  PhysicalEffect,
  PlantCondition,
  Scenario,
  ScenarioAct,
  ScenarioMaintenance,
  ScenarioStep,
} from '../../../src/core/scenario.ts';
import type { LabFeed } from '../../protocol.ts';
import { byName, figure, list, objectOf, time } from './parts.ts';
import { maintenancePlace } from './system.ts';

type Acting<Type extends ScenarioAct['type']> = Extract<ScenarioAct, { readonly type: Type }>;
type Plant<Type extends PlantAction['type']> = Extract<PlantAction, { readonly type: Type }>;

const names = list(z.string());
const seconds = z.number().describe('plant seconds');

const plantAction = z.union([
  objectOf<Plant<'sensor-stuck'>>({ type: z.literal('sensor-stuck'), point: z.string(), value: z.number() }),
  objectOf<Plant<'sensor-bias'>>({
    type: z.literal('sensor-bias'),
    point: z.string(),
    offset: z.number(),
    driftPerHour: z.number().optional(),
  }),
  objectOf<Plant<'sensor-noise'>>({ type: z.literal('sensor-noise'), point: z.string(), deviation: z.number() }),
  objectOf<Plant<'replay'>>({ type: z.literal('replay'), points: names, lengthS: seconds }),
  objectOf<Plant<'release'>>({ type: z.literal('release'), point: z.string() }),
  objectOf<Plant<'act'>>({ type: z.literal('act'), name: z.string(), value: z.number().optional() }),
]);

const act = z.union([
  objectOf<Acting<'modbus-write'>>({
    type: z.literal('modbus-write'),
    controller: z.string(),
    point: z.string(),
    value: z.number(),
    addressOf: z.literal('operator').optional(),
  }),
  objectOf<Acting<'opcua-write'>>({
    type: z.literal('opcua-write'),
    point: z.string(),
    value: z.number(),
    certificateOf: z.literal('operator').optional(),
    addressOf: z.literal('operator').optional(),
  }),
  objectOf<Acting<'modbus-scan'>>({ type: z.literal('modbus-scan'), controller: z.string(), from: z.int(), to: z.int() }),
  objectOf<Acting<'modbus-connect'>>({ type: z.literal('modbus-connect'), controller: z.string(), connections: z.int() }),
  objectOf<Acting<'modbus-restart'>>({ type: z.literal('modbus-restart'), controller: z.string() }),
  objectOf<Acting<'modbus-block'>>({ type: z.literal('modbus-block'), controller: z.string() }),
  objectOf<Acting<'modbus-display'>>({ type: z.literal('modbus-display'), controller: z.string(), points: names }),
  objectOf<Acting<'modbus-blank'>>({ type: z.literal('modbus-blank'), controller: z.string() }),
  objectOf<Acting<'plant'>>({ type: z.literal('plant'), action: plantAction }),
]);

const step = objectOf<ScenarioStep>({
  atS: seconds,
  actor: z.enum(['attacker', 'operator', 'process']),
  act,
  everyS: seconds.optional(),
  untilS: seconds.optional(),
  text: z.string(),
});

const condition = {
  text: z.string().describe('the condition as the scenario states it'),
  source: z.enum(['truth', 'register']),
  name: z.string(),
  comparison: z.enum(['above', 'below', 'equal', 'rises', 'falls']),
  value: z.number(),
};
const effect = objectOf<PhysicalEffect>({ ...condition, fromS: seconds, toS: seconds, throughout: z.boolean() });

export const scenario = objectOf<Scenario>({
  id: z.string(),
  plant: z.string(),
  kind: z.enum(['attack', 'fault', 'benign']),
  title: z.string(),
  description: z.string(),
  techniques: names,
  physicalResult: z.string(),
  effects: list(effect).optional(),
  difficulty: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  durationS: seconds,
  hints: names.optional().describe('that the instructor can give, in this order'),
  stopWhen: list(objectOf<PlantCondition>(condition)).optional(),
  seed: z.number().optional(),
  hours: z.tuple([z.number(), z.number()]).readonly().optional(),
  maintenance: list(objectOf<ScenarioMaintenance>({ place: maintenancePlace, lastsS: seconds, reason: z.string() })).optional(),
  steps: list(step),
  truth: list(z.strictObject({ fromS: seconds, toS: seconds, tags: names, equipment: names })),
  expect: z
    .strictObject({
      finding: z.strictObject({ equipment: names, tags: names, devices: names.optional() }),
      withinS: seconds,
    })
    .optional(),
}).meta({ id: 'Scenario' });

const event = objectOf<LabEvent>({
  time,
  lane: z.enum(['inject', 'benign', 'control']),
  text: z.string(),
  technique: z.string().optional(),
});

export const instructorEntry = objectOf<InstructorEntry>({
  id: z.string().describe('`HINT-1` or `NOTE-1`, counted in each exercise'),
  time,
  text: z.string(),
});
const injectAlert = objectOf<InjectAlert>({
  id: z.string(),
  incident: z.string(),
  title: z.string(),
  raisedAt: time,
  delayMs: z.number().describe('from the step to the alert; negative if it was in alarm before'),
  isAssetRight: z.boolean().optional().describe('the alert is at the expected asset'),
  isTechniqueRight: z.boolean().optional().describe('the alert has a technique of the scenario'),
  acknowledgedAt: time.optional(),
});
export const injectDetection = objectOf<InjectDetection>({
  time: time.describe('when the step was performed, or is planned'),
  afterMs: z.number(),
  text: z.string(),
  isHostile: z.boolean(),
  isPerformed: z.boolean(),
  alert: injectAlert.optional().describe('the first alert that counts for the step'),
});
export const labFeed = objectOf<LabFeed>({
  speed: z.number(),
  exercise: z.boolean().describe('true while a scenario runs'),
  hint: instructorEntry.optional().describe('last hint of the instructor'),
});

const labEffect = objectOf<LabEffect>({ text: z.string(), achieved: z.boolean().optional() });
const truthRange = objectOf<TruthRange>({ begin: figure, low: figure, high: figure, end: figure });
const result = objectOf<LabResult>({
  scenario: z.string(),
  startedAt: time,
  endedAt: time,
  detected: z.boolean().optional(),
  afterMs: figure.optional(),
  withinMs: figure.optional(),
  techniqueRight: z.boolean().optional(),
  effects: list(labEffect).optional().describe('tests of the physical effect'),
  falseAlerts: z.int(),
  counted: names,
  truth: byName(truthRange).optional(),
  behind: byName(truthRange).optional(),
  hints: list(instructorEntry).optional(),
  notes: list(instructorEntry).optional(),
  campaign: z.strictObject({ id: z.string(), title: z.string(), startedAt: time }).optional(),
});

export const labCampaign = objectOf<LabCampaign>({
  id: z.string(),
  title: z.string(),
  parts: list(z.strictObject({ scenario: z.string(), afterS: seconds.describe('normal operation before it, plant seconds') })),
});
const campaignStatus = objectOf<CampaignStatus>({
  id: z.string(),
  title: z.string(),
  startedAt: time,
  begun: z.int().describe('number of its scenarios that have begun'),
  nextAt: time.optional().describe('begin of the next scenario, if none runs'),
});

export const labStatus = objectOf<LabStatus>({
  plant: z.string(),
  seed: z.number(),
  pace: objectOf<PlantPace>({ plantMs: time, wallMs: z.number(), speed: z.number() }),
  running: z.strictObject({ scenario: z.string(), startedAt: time, endsAt: time }).optional(),
  campaign: campaignStatus.optional(),
  events: list(event),
  truth: byName(figure),
  behind: byName(figure).optional(),
  effects: list(labEffect).optional().describe('of the running scenario, or of the last one'),
  speeds: list(objectOf<LabSpeed>({ speed: z.number(), refused: z.string().optional() })),
  last: result.optional(),
}).meta({ id: 'LabStatus' });
