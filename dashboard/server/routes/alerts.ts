import type { Alert } from '../../../src/core/alert.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import { byName, byRole, shownAlert, shownChange } from '../../../src/core/shown.ts';
import { limits } from '../../protocol.ts';
import { ApiError } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import { actorOf } from './actor.ts';
import { incidentBody } from './incident.ts';

type AlertRoute =
  | 'GET /api/alerts'
  | 'GET /api/alert'
  | 'GET /api/alerts/similar'
  | 'GET /api/incident'
  | 'POST /api/alerts/acknowledge'
  | 'POST /api/alerts/judge';

const defaultAlerts = 200;
const anonymous = (alert: Alert): Alert => shownAlert(alert, byRole);

/** Routes for alerts, their changes, acknowledgements and verdicts. The alert store itself writes the audit trail. */
export function alertRoutes({ alerts }: MonitorView): Pick<Handlers, AlertRoute> {
  const known = (id: string): Alert => {
    const alert = alerts.get(id);
    if (alert === undefined) throw new ApiError('not-found', `Alert ${id} does not exist.`);
    return alert;
  };
  return {
    'GET /api/alerts': ({ input }) => ({
      alerts: alerts.find({ ...input, limit: input.limit ?? defaultAlerts }).map(anonymous),
    }),

    'GET /api/alert': ({ input: { id, before } }) => ({
      alert: anonymous(known(id)),
      changes: alerts.changesOf(id, { before, limit: limits.changesPerPage }).map((change) => shownChange(change, byRole)),
    }),

    'GET /api/alerts/similar': ({ input: { id } }) => ({
      similar: alerts
        .similarTo(known(id).id, limits.similarAlerts)
        .map((similar) => ({ ...similar, alert: anonymous(similar.alert) })),
    }),

    'POST /api/alerts/judge': ({ input: { id, verdict, note }, session }) => {
      alerts.judge(known(id).id, verdict, actorOf(session), note);
      return {};
    },

    'GET /api/incident': ({ input: { id, before } }) => {
      const found = alerts.find({ incident: id, limit: limits.alertsPerQuery });
      if (found.length === 0) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      return incidentBody(
        id,
        found.map((alert) => shownAlert(alert, byName)),
        alerts.actsOf(id, { before, limit: limits.changesPerPage + 1 }).map((change) => shownChange(change, byName)),
      );
    },

    'POST /api/alerts/acknowledge': ({ input: { ids, note }, session }) => {
      const acknowledged: string[] = [];
      const unknown: string[] = [];
      for (const id of new Set(ids)) {
        if (alerts.get(id) === undefined) unknown.push(id);
        else {
          alerts.acknowledge(id, actorOf(session), note);
          acknowledged.push(id);
        }
      }
      return { acknowledged, unknown };
    },
  };
}
