import { z } from 'zod';
import { alarmCsv, parseAlarmCsv } from '../../src/config/alarm-csv.ts';
import { alarmRecordInput } from '../../src/config/alarm-schema.ts';
import { alarmRecordLimits } from '../../src/core/alarm-record.ts';
import type { AlarmRecordEntry, AlarmRecordVersion } from '../../src/core/alarm-record.ts';
import { byName, byRole, type Naming } from '../../src/core/shown.ts';
import { limits } from '../protocol.ts';
import { refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { alarmRecordEntry, alarmRecordVersion, rationalisedLimit } from './schemas/alarm-record.ts';
import { acted, done, list, note, nothing, text } from './schemas/parts.ts';

const reason = note.min(1);
const version = z.int().min(0).describe('number of the last version that the page shows; 0 for a new record');

/** Routes for the master alarm database. The records themselves write the audit trail. */
export const alarmRecordRoutes = {
  'GET /api/alarm-records': route({
    permission: 'view',
    summary: 'Returns the alarm records, and the alarm limits of the configuration with their responses.',
    input: nothing,
    answer: z.strictObject({
      secondPerson: z.boolean().describe('true if another user must approve each change'),
      records: list(alarmRecordEntry),
      limits: list(rationalisedLimit).describe('at most 1000'),
      limitCount: z.int(),
    }),
    handler: (_, { view: { alarmRecords } }) => {
      const all = alarmRecords.limits();
      // limits without a response first: they are the ones to rationalise
      const sorted = all.toSorted((a, b) => Number(a.response !== undefined) - Number(b.response !== undefined));
      return {
        secondPerson: alarmRecords.secondPerson,
        records: alarmRecords.list().map(shownEntry),
        limits: sorted.slice(0, limits.alarmLimits),
        limitCount: all.length,
      };
    },
  }),

  'GET /api/alarm-records/history': route({
    permission: 'view',
    summary: 'Returns the last versions of an alarm record, oldest first, with the names of users.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({ versions: list(alarmRecordVersion) }),
    handler: ({ input: { id } }, { view: { alarmRecords } }) => ({
      versions: alarmRecords
        .history(id)
        .slice(-limits.changesPerPage)
        .map((one) => shownVersion(one, byName)),
    }),
  }),

  'GET /api/alarm-records/csv': route({
    permission: 'view',
    summary: 'Returns the alarm records in force as CSV.',
    input: nothing,
    answer: z.strictObject({ csv: z.string() }),
    handler: (_, { view: { alarmRecords } }) => ({
      csv: alarmCsv(alarmRecords.list().flatMap(({ inForce }) => inForce?.record ?? [])),
    }),
  }),

  'POST /api/alarm-records/change': route({
    permission: 'change-alarms',
    summary: 'Adds or replaces an alarm record, or proposes it where a second person must approve.',
    input: z.strictObject({ record: alarmRecordInput, version, reason }),
    answer: done,
    handler: ({ input: { record, version: last, reason: why }, session }, { view: { alarmRecords } }) =>
      refusing(() => alarmRecords.change(record, last, actorOf(session), why)),
  }),

  'POST /api/alarm-records/remove': route({
    permission: 'change-alarms',
    summary: 'Removes an alarm record, or proposes it where a second person must approve.',
    input: z.strictObject({ id: text, version, reason }),
    answer: done,
    handler: ({ input: { id, version: last, reason: why }, session }, { view: { alarmRecords } }) =>
      refusing(() => alarmRecords.remove(id, last, actorOf(session), why)),
  }),

  'POST /api/alarm-records/decide': route({
    permission: 'change-alarms',
    summary: 'Approves a proposed change of another user, or rejects a proposed change.',
    input: z.strictObject({ id: text, version, accept: z.boolean(), reason }),
    answer: done,
    handler: ({ input: { id, version: last, accept, reason: why }, session }, { view: { alarmRecords } }) =>
      refusing(() => alarmRecords.decide(id, last, accept, actorOf(session), why)),
  }),

  'POST /api/alarm-records/import': route({
    permission: 'change-alarms',
    summary: 'Adds and replaces alarm records from CSV, all or none. Other records stay.',
    input: z.strictObject({ csv: z.string().min(1).max(alarmRecordLimits.file), reason }),
    answer: acted({ added: z.int(), changed: z.int(), unchanged: z.int() }),
    // a character of JSON text has at most six bytes, of which most need one
    bodyBytes: 2 * alarmRecordLimits.file,
    handler: ({ input: { csv, reason: why }, session }, { view: { alarmRecords } }) => {
      try {
        return { ...alarmRecords.import(parseAlarmCsv(csv, 'alarms.csv', alarmRecords.plant), actorOf(session), why) };
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};

function refusing(act: () => void): Record<never, never> {
  try {
    act();
    return {};
  } catch (thrown) {
    throw refusal(thrown);
  }
}

const shownVersion = (version: AlarmRecordVersion, naming: Naming): AlarmRecordVersion => ({
  ...version,
  by: naming(version.by),
});

function shownEntry({ id, last, inForce, proposal }: AlarmRecordEntry): AlarmRecordEntry {
  return {
    id,
    last,
    ...(inForce === undefined ? {} : { inForce: shownVersion(inForce, byRole) }),
    ...(proposal === undefined ? {} : { proposal: shownVersion(proposal, byRole) }),
  };
}
