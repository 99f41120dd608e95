import type { MonitorView } from '../../../src/core/monitor.ts';
import { refusal } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import { actorOf } from './actor.ts';

type MaintenanceRoute = 'POST /api/maintenance/begin' | 'POST /api/maintenance/end';

/** Takes parts of the plant out of service and back. The windows write each act into the audit trail themselves. */
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
