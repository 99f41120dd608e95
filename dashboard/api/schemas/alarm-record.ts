import { z } from 'zod';
import {
  type AlarmMatch,
  type AlarmRecord,
  alarmRecordActs,
  type AlarmRecordEntry,
  type AlarmRecordVersion,
  type RationalisedLimit,
} from '../../../src/core/alarm-record.ts';
import { actor } from './alert.ts';
import { list, objectOf, time } from './parts.ts';

const names = list(z.string());
const priority = z.literal([1, 2, 3]);

const match = objectOf<AlarmMatch>({
  detectors: names,
  kinds: names,
  tags: names,
  equipment: names,
  areas: names,
  devices: names,
  techniques: names,
  direction: z.enum(['high', 'low']).optional(),
}).meta({ id: 'AlarmMatch' });

export const alarmRecord = objectOf<AlarmRecord>({
  id: z.string(),
  match,
  priority,
  class: z.string(),
  cause: z.string(),
  consequence: z.string(),
  response: z.string(),
  respondWithinMs: z.number(),
  owner: z.string(),
  returnWhen: z.string().optional().describe('condition that must hold before the alarm returns to normal'),
  returnDelayMs: z.number().optional().describe('time for which the condition must hold'),
}).meta({ id: 'AlarmRecord' });

export const alarmRecordVersion = objectOf<AlarmRecordVersion>({
  id: z.string(),
  version: z.int(),
  at: time,
  by: actor,
  act: z.enum(alarmRecordActs),
  origin: z.enum(['file', 'person']),
  reason: z.string(),
  record: alarmRecord.optional(),
}).meta({ id: 'AlarmRecordVersion' });

export const alarmRecordEntry = objectOf<AlarmRecordEntry>({
  id: z.string(),
  last: z.int().describe('number of its last version, which a change must state'),
  inForce: alarmRecordVersion.optional(),
  proposal: alarmRecordVersion.optional().describe('change that waits for a second person'),
}).meta({ id: 'AlarmRecordEntry' });

export const rationalisedLimit = objectOf<RationalisedLimit>({
  tag: z.string(),
  priority: priority.optional(),
  response: z.string().optional(),
  record: z.string().optional().describe('absent if the configuration states priority and response, or nothing does'),
}).meta({ id: 'RationalisedLimit' });
