import type { MonitorView } from '../../../src/core/monitor.ts';
import { refusal } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import { actorOf } from './actor.ts';

type MaintenanceRoute = 'POST /api/maintenance/begin' | 'POST /api/maintenance/end';

/** Routes for taking parts of the plant out of service and back. The maintenance windows themselves write the audit trail. */
export function maintenanceRoutes({ maintenance, clock }: MonitorView): Pick<Handlers, MaintenanceRoute> {
  return {
    'POST /api/maintenance/begin': ({ input: { place, minutes, reason }, session }) => {
      try {
        return { window: maintenance.begin(place, clock.now() + minutes * 60_000, actorOf(session), reason) };
      } catch (thrown) {
        throw refusal(thrown);
      }
    },

    'POST /api/maintenance/end': ({ input: { id }, session }) => {
      try {
        maintenance.end(id, actorOf(session));
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
}
