import { z } from 'zod';
import { type Alert, firstAlertId, isHidden, verdicts } from '../../src/core/alert.ts';
import type { AlertFeed } from '../../src/core/monitor.ts';
import type { Awaitable } from '../../src/core/state.ts';
import { byName, byPseudonym, byRole, shownAlert, shownChange } from '../../src/core/shown.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { incidentBody } from './incident-body.ts';
import { route } from './route.ts';
import { alert, alertChange, incident, triageState } from './schemas/alert.ts';
import { acted, done, list, note, queryCount, queryNumber, queryOffset, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

const defaultAlerts = 200;
const anonymous = (one: Alert): Alert => shownAlert(one, byRole);
const similarAlert = z.strictObject({ alert, alike: list(z.string()) });
const names = list(z.string());
const ids = list(text).check(z.minLength(1), z.maxLength(limits.acknowledgedAtOnce));
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
      names: z.literal('pseudonyms').optional().describe('for a table that is saved: `user` of an actor is the pseudonym'),
    }),
    answer: z.strictObject({ alerts: list(alert) }),
    handler: async ({ input: { names: wanted, ...query } }, { view, pseudonymOf }) => {
      const found = await view.alerts.find({ ...query, limit: query.limit ?? defaultAlerts });
      return { alerts: found.map((one) => shownAlert(one, wanted === undefined ? byRole : byPseudonym(pseudonymOf))) };
    },
  }),

  'GET /api/alert': route({
    permission: 'view',
    summary: 'Returns an alert with its last changes before a sequence number, oldest first.',
    input: ofOne,
    answer: z.strictObject({ alert, changes: list(alertChange) }),
    handler: async ({ input: { id, before } }, services) => {
      const found = await known(services, id);
      const changes = await services.view.alerts.changesOf(id, { before, limit: limits.changesPerPage });
      return { alert: anonymous(found), changes: changes.map((change) => shownChange(change, byRole)) };
    },
  }),

  'GET /api/incident': route({
    permission: 'view',
    summary: 'Returns an incident with its alerts and changes, at most 100 kB.',
    input: ofOne,
    answer: incident,
    handler: async ({ input: { id, before } }, { view: { alerts } }) => {
      const found = await alerts.find({ incident: id, limit: limits.alertsPerQuery });
      if (found.length === 0) throw new ApiError('not-found', `Incident ${id} does not exist.`);
      const acts = await alerts.actsOf(id, { before, limit: limits.changesPerPage + 1 });
      return incidentBody(
        id,
        found.map((one) => shownAlert(one, byName)),
        acts.map((change) => shownChange(change, byName)),
      );
    },
  }),

  'POST /api/alerts/acknowledge': route({
    permission: 'acknowledge',
    summary: 'Acknowledges alerts. The changed alerts arrive by the alert stream.',
    input: z.strictObject({
      ids,
      note: note.optional(),
    }),
    answer: acted({
      acknowledged: names,
      unknown: names,
      hidden: names.describe('not acknowledged: an alert that is not annunciated cannot be'),
    }),
    handler: ({ input: { ids, note: remark }, session }, { view: { alerts } }) => {
      const acknowledged: string[] = [];
      const unknown: string[] = [];
      const hidden: string[] = [];
      for (const id of new Set(ids)) {
        const alert = alerts.get(id);
        if (alert === undefined) unknown.push(id);
        else if (isHidden(alert.state)) hidden.push(id);
        else {
          alerts.acknowledge(id, actorOf(session), remark);
          acknowledged.push(id);
        }
      }
      return { acknowledged, unknown, hidden };
    },
  }),

  'POST /api/alerts/shelve': route({
    permission: 'shelve',
    summary: 'Shelves alerts and their recurrence for a time. Beyond the bounds of the role, another user must approve it.',
    input: z.strictObject({
      ids,
      minutes: z.number().min(1).max(limits.shelvingMinutes),
      once: z.literal(true).optional().describe('the shelving also ends when the condition of the alert ends'),
      reason: note.min(1),
    }),
    answer: acted({
      shelved: names,
      refused: names.describe('unknown, closed, about reduced protection, or `once` and the condition has ended'),
      waiting: waits,
    }),
    handler: async ({ input: { ids: wanted, minutes, once, reason }, session }, services) => {
      const { alerts, clock } = services.view;
      const waiting = requested(services, { kind: 'shelve', ids: [...new Set(wanted)], minutes, once }, session, reason);
      if (waiting !== undefined) return { shelved: [], refused: [], ...(await waiting) };
      const until = clock.now() + minutes * 60_000;
      const act = (id: string): boolean => alerts.shelve(id, { until, once, reason }, actorOf(session));
      const [shelved, refused] = applied(wanted, alerts, act);
      return { shelved, refused };
    },
  }),

  'POST /api/alerts/unshelve': route({
    permission: 'shelve',
    summary: 'Ends the shelving of alerts. Those whose condition is present are annunciated again.',
    input: z.strictObject({ ids }),
    answer: acted({ unshelved: names, refused: names.describe('unknown or not shelved') }),
    handler: ({ input: { ids: wanted }, session }, { view: { alerts } }) => {
      const [unshelved, refused] = applied(wanted, alerts, (id) => alerts.unshelve(id, actorOf(session)));
      return { unshelved, refused };
    },
  }),

  'POST /api/alerts/reset': route({
    permission: 'reset',
    summary: 'Resets alerts that latch: acknowledged intrusions whose condition has ended.',
    input: z.strictObject({ ids, note: note.optional() }),
    answer: acted({ reset: names, refused: names.describe('unknown, or not in state F') }),
    handler: ({ input: { ids: wanted, note: remark }, session }, { view: { alerts } }) => {
      const [reset, refused] = applied(wanted, alerts, (id) => alerts.reset(id, actorOf(session), remark));
      return { reset, refused };
    },
  }),

  'POST /api/alerts/judge': route({
    permission: 'judge',
    summary: 'Gives a verdict. The alert with its verdict arrives by the alert stream.',
    input: z.strictObject({ id: text, verdict: z.enum(verdicts), note: note.optional() }),
    answer: done,
    handler: async ({ input: { id, verdict, note: remark }, session }, services) => {
      services.view.alerts.judge((await known(services, id)).id, verdict, actorOf(session), remark);
      return {};
    },
  }),

  'POST /api/incident/judge': route({
    permission: 'judge',
    summary:
      'Gives an incident a verdict, and with it its alerts that have none of their own. A later verdict replaces it there.',
    input: z.strictObject({ id: text, verdict: z.enum(verdicts), note: note.optional() }),
    answer: acted({ judged: names.describe('alerts with the verdict on the incident') }),
    handler: async ({ input: { id, verdict, note: remark }, session }, { view: { alerts } }) => ({
      judged: await onIncident(alerts, id, async () => alerts.judgeIncident(id, verdict, actorOf(session), remark)),
    }),
  }),

  'POST /api/incident/comment': route({
    permission: 'judge',
    summary: 'Adds a comment to an incident. It is one of the changes of its first alert.',
    input: z.strictObject({ id: text, note: note.min(1) }),
    answer: done,
    handler: async ({ input: { id, note: remark }, session }, { view: { alerts } }) => {
      await onIncident(alerts, id, () => alerts.comment(id, actorOf(session), remark));
      return {};
    },
  }),

  'POST /api/incident/triage': route({
    permission: 'triage',
    summary: 'States the progress of the work on an incident, and assigns it to the user or to nobody.',
    input: z.strictObject({ id: text, state: triageState, assignee: z.enum(['me', 'nobody']) }),
    answer: done,
    handler: async ({ input: { id, state, assignee }, session }, { view: { alerts } }) => {
      const by = actorOf(session);
      await onIncident(alerts, id, () => alerts.triage(id, { state, ...(assignee === 'me' ? { assignee: by } : {}) }, by));
      return {};
    },
  }),

  'GET /api/alerts/similar': route({
    permission: 'view',
    summary: 'Returns past alerts similar to one, the most similar first.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({ similar: list(similarAlert) }),
    handler: async ({ input: { id } }, services) => {
      const found = await services.view.alerts.similarTo((await known(services, id)).id, limits.similarAlerts);
      return { similar: found.map((similar) => ({ ...similar, alert: anonymous(similar.alert) })) };
    },
  }),
};

/** Performs an act on each alert: the ids on which it took effect, and the others. */
function applied(ids: readonly string[], alerts: AlertFeed, act: (id: string) => boolean): [string[], string[]] {
  const all = [...new Set(ids)];
  const done = all.filter((id) => alerts.get(id) !== undefined && act(id));
  return [done, all.filter((id) => !done.includes(id))];
}

/** Performs an act on an incident. @throws ApiError if it does not exist */
export async function onIncident<Result>(alerts: AlertFeed, id: string, act: () => Awaitable<Result>): Promise<Result> {
  // its first alert, on which the act is recorded
  await alerts.read(firstAlertId(id));
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new ApiError('not-found', `Incident ${id} does not exist.`);
    throw thrown;
  }
}

async function known({ view }: Services, id: string): Promise<Alert> {
  const found = await view.alerts.read(id);
  if (found === undefined) throw new ApiError('not-found', `Alert ${id} does not exist.`);
  return found;
}
