import { z } from 'zod';
import { limits } from '../protocol.ts';
import { refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { acted, done, note, text } from './schemas/parts.ts';
import { maintenancePlace, maintenanceWindow } from './schemas/system.ts';

/** Routes for taking parts of the plant out of service and back. The maintenance windows themselves write the audit trail. */
export const maintenanceRoutes = {
  'POST /api/maintenance/begin': route({
    permission: 'maintain',
    summary: 'Takes a part of the plant out of service for maintenance.',
    input: z.strictObject({
      place: maintenancePlace,
      minutes: z.number().min(1).max(limits.maintenanceMinutes),
      reason: note.min(1),
    }),
    answer: acted({ window: maintenanceWindow }),
    handler: ({ input: { place, minutes, reason }, session }, { view: { maintenance, clock } }) => {
      try {
        return { window: maintenance.begin(place, clock.now() + minutes * 60_000, actorOf(session), reason) };
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
