import { z } from 'zod';
import { type Alert, verdicts } from '../../src/core/alert.ts';
import { byName, byRole, shownAlert, shownChange } from '../../src/core/shown.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { incidentBody } from './incident-body.ts';
import { route } from './route.ts';
import { alert, alertChange, incident } from './schemas/alert.ts';
import { acted, done, list, note, queryCount, queryNumber, queryOffset, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

const defaultAlerts = 200;
const anonymous = (one: Alert): Alert => shownAlert(one, byRole);
const similarAlert = z.strictObject({ alert, alike: list(z.string()) });
const ofOne = z.strictObject({ id: text, before: queryOffset });

/** Routes for alerts, their changes, acknowledgements and verdicts. The alert store itself writes the audit trail. */
export const alertRoutes = {
  'GET /api/alerts': route({
    permission: 'view',
    summary: 'Returns alerts raised in a span of time, newest first.',
    input: z.strictObject({
      from: queryNumber.optional(),
      to: queryNumber.optional(),
      area: text.optional(),
      tag: text.optional(),
      incident: text.optional(),
      limit: queryCount(limits.alertsPerQuery),
    }),
    answer: z.strictObject({ alerts: list(alert) }),
    handler: ({ input }, { view }) => ({
      alerts: view.alerts.find({ ...input, limit: input.limit ?? defaultAlerts }).map(anonymous),
    }),
  }),

  'GET /api/alert': route({
    permission: 'view',
    summary: 'Returns an alert with its last changes before a sequence number, oldest first.',
    input: ofOne,
    answer: z.strictObject({ alert, changes: list(alertChange) }),
    handler: ({ input: { id, before } }, services) => ({
      alert: anonymous(known(services, id)),
      changes: services.view.alerts
        .changesOf(id, { before, limit: limits.changesPerPage })
        .map((change) => shownChange(change, byRole)),
    }),
  }),

  'GET /api/incident': route({
    permission: 'view',
    summary: 'Returns an incident with its alerts and changes, at most 100 kB.',
    input: ofOne,
    answer: incident,
    handler: ({ input: { id, before } }, { view: { alerts } }) => {
      const found = alerts.find({ incident: id, limit: limits.alertsPerQuery });
      if (found.length === 0) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      return incidentBody(
        id,
        found.map((one) => shownAlert(one, byName)),
        alerts.actsOf(id, { before, limit: limits.changesPerPage + 1 }).map((change) => shownChange(change, byName)),
      );
    },
  }),

  'POST /api/alerts/acknowledge': route({
    permission: 'acknowledge',
    summary: 'Acknowledges alerts. The changed alerts arrive by the alert stream.',
    input: z.strictObject({
      ids: list(text).check(z.minLength(1), z.maxLength(limits.acknowledgedAtOnce)),
      note: note.optional(),
    }),
    answer: acted({ acknowledged: list(z.string()), unknown: list(z.string()) }),
    handler: ({ input: { ids, note: remark }, session }, { view: { alerts } }) => {
      const acknowledged: string[] = [];
      const unknown: string[] = [];
      for (const id of new Set(ids)) {
        if (alerts.get(id) === undefined) unknown.push(id);
        else {
          alerts.acknowledge(id, actorOf(session), remark);
          acknowledged.push(id);
        }
      }
      return { acknowledged, unknown };
    },
  }),

  'POST /api/alerts/judge': route({
    permission: 'judge',
    summary: 'Gives a verdict. The alert with its verdict arrives by the alert stream.',
    input: z.strictObject({ id: text, verdict: z.enum(verdicts), note: note.optional() }),
    answer: done,
    handler: ({ input: { id, verdict, note: remark }, session }, services) => {
      services.view.alerts.judge(known(services, id).id, verdict, actorOf(session), remark);
      return {};
    },
  }),

  'GET /api/alerts/similar': route({
    permission: 'view',
    summary: 'Returns past alerts similar to one, the most similar first.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({ similar: list(similarAlert) }),
    handler: ({ input: { id } }, services) => ({
      similar: services.view.alerts
        .similarTo(known(services, id).id, limits.similarAlerts)
        .map((similar) => ({ ...similar, alert: anonymous(similar.alert) })),
    }),
  }),
};

function known({ view }: Services, id: string): Alert {
  const found = view.alerts.get(id);
  if (found === undefined) throw new ApiError('not-found', `Alert ${id} does not exist.`);
  return found;
}
