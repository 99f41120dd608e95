import { z } from 'zod';
import { calendarPeriods, instantOf, zoneText } from '../../src/core/calendar.ts';
import { limits } from '../protocol.ts';
import { refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { route } from './route.ts';
import { acted, done, note, text } from './schemas/parts.ts';
import { maintenancePlace, maintenanceWindow } from './schemas/system.ts';

/** Routes for taking parts of the plant out of service and back. The maintenance windows themselves write the audit trail. */
export const maintenanceRoutes = {
  'POST /api/maintenance/begin': route({
    permission: 'maintain',
    summary: 'Takes a part of the plant out of service for maintenance, or asks another user to approve that.',
    input: z.strictObject({
      place: maintenancePlace,
      minutes: z.number().min(1).max(limits.maintenanceMinutes),
      reason: note.min(1),
    }),
    answer: acted({ window: maintenanceWindow.optional(), waiting: waits }),
    handler: async ({ input: { place, minutes, reason }, session }, services) => {
      const { maintenance, clock } = services.view;
      const waiting = requested(services, { kind: 'maintain', place, minutes }, session, reason);
      if (waiting !== undefined) return await waiting;
      try {
        return { window: maintenance.begin(place, clock.now() + minutes * 60_000, actorOf(session), reason) };
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),

  'POST /api/maintenance/plan': route({
    permission: 'maintain',
    summary:
      'Plans maintenance that begins by the clock, once or repeatedly, in the time zone of the site, or asks another user to approve that.',
    input: z.strictObject({
      place: maintenancePlace,
      from: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local time such as 2026-11-28T14:00')
        .optional()
        .describe('local time of the site; now if absent'),
      minutes: z.number().min(1).max(limits.maintenanceMinutes),
      repeat: z.enum(calendarPeriods).optional(),
      reason: note.min(1),
    }),
    answer: acted({ waiting: waits }),
    handler: async ({ input: { place, from, minutes, repeat, reason }, session }, services) => {
      const { maintenance, clock, site } = services.view;
      try {
        const begin = from === undefined ? clock.now() : instantOf(`${from.replace('T', ' ')}:00`, zoneText(site.timeZone));
        const plan = { place, from: begin, lastsMs: minutes * 60_000, repeat };
        const waiting = requested(services, { kind: 'plan', ...plan }, session, reason);
        if (waiting !== undefined) return await waiting;
        await maintenance.plan({ ...plan, reason }, actorOf(session));
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),

  'POST /api/maintenance/cancel': route({
    permission: 'maintain',
    summary: 'Removes planned maintenance. A window that is open stays open.',
    input: z.strictObject({ id: text }),
    answer: done,
    handler: async ({ input: { id }, session }, { view: { maintenance } }) => {
      try {
        await maintenance.cancel(id, actorOf(session));
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),

  'POST /api/maintenance/end': route({
    permission: 'maintain',
    summary: 'Ends a maintenance window.',
    input: z.strictObject({ id: text }),
    answer: done,
    handler: ({ input: { id }, session }, { view: { maintenance } }) => {
      try {
        maintenance.end(id, actorOf(session));
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};
