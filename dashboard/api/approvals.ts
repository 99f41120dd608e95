import { z } from 'zod';
import { actText } from '../../src/alerts/approvals.ts';
import type { ApprovalRequest, ReducingAct } from '../../src/core/approvals.ts';
import { isSamePerson } from '../../src/core/person.ts';
import { byRole } from '../../src/core/shown.ts';
import type { Session } from '../accounts/sessions.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { confirmConfiguration } from './confirm-configuration.ts';
import { approveReference } from './approve-reference.ts';
import { learnAlert, readForLearning } from './learn-alert.ts';
import { route } from './route.ts';
import { actor } from './schemas/alert.ts';
import { done, list, note, nothing, text, time } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Answer to an act that may need a second person. */
export const waits = z
  .literal(true)
  .optional()
  .describe('the act is not performed: it waits for the approval of another user, see GET /api/approvals');

const request = z
  .strictObject({
    id: z.string(),
    at: time,
    expiresAt: time,
    by: actor,
    own: z.boolean().describe('true for a request of the user, which only others can approve'),
    text: z.string().describe('the act'),
    reason: z.string(),
  })
  .meta({ id: 'ApprovalRequest' });

/** Routes for acts that wait for a second person. The requests themselves write the audit trail. */
export const approvalRoutes = {
  'GET /api/approvals': route({
    permission: 'approve',
    summary: 'Returns the acts that reduce protection and wait for the approval of another user, oldest first.',
    input: nothing,
    answer: z.strictObject({ required: z.boolean(), requests: list(request) }),
    handler: ({ session }, { approvals }) => ({
      required: approvals.required,
      requests: approvals.waiting().map(({ id, at, expiresAt, by, act, reason }) => ({
        id,
        at,
        expiresAt,
        by: byRole(by),
        own: isSamePerson(by, actorOf(session)),
        text: actText(act),
        reason,
      })),
    }),
  }),

  'POST /api/approvals/decide': route({
    permission: 'approve',
    summary: 'Approves and performs the act of another user, or rejects an act.',
    input: z.strictObject({ id: text, accept: z.boolean(), reason: note.min(1) }),
    answer: done,
    handler: async ({ input: { id, accept, reason }, session }, services) => {
      const { approvals } = services;
      const act = approvals.waiting().find((one) => one.id === id)?.act;
      if (accept && act?.kind === 'learn') await readForLearning(services, act.alert);
      try {
        if (accept)
          await approvals.approve(id, actorOf(session), reason, async (one) => await performed(one, session.role, services));
        else await approvals.reject(id, actorOf(session), reason);
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};

/**
 * The answer if the act must wait for a second person, and then waits; undefined if it can be performed. The caller performs it in the same
 * turn: acts that are within the bounds one by one could exceed them together.
 */
export function requested(
  { approvals }: Services,
  act: ReducingAct,
  session: Session,
  reason: string,
): Promise<{ readonly waiting: true }> | undefined {
  const by = actorOf(session);
  return approvals.needs(act, by) ? waitingFor(approvals.request(act, by, reason)) : undefined;
}

async function waitingFor(request: Promise<unknown>): Promise<{ readonly waiting: true }> {
  try {
    await request;
    return { waiting: true };
  } catch (thrown) {
    throw refusal(thrown);
  }
}

/** @param approvedBy role of the second person */
async function performed({ act, by, reason }: ApprovalRequest, approvedBy: string, services: Services): Promise<void> {
  const { baseline, calibration, view } = services;
  if (act.kind === 'maintain') {
    view.maintenance.begin(act.place, view.clock.now() + act.minutes * 60_000, by, reason, approvedBy);
    return;
  }
  if (act.kind === 'plan') {
    const { place, lastsMs, repeat } = act;
    // a begin that has passed meanwhile is now
    const from = repeat === undefined ? Math.max(act.from, view.clock.now()) : act.from;
    await view.maintenance.plan({ place, from, lastsMs, repeat, reason, approvedBy }, by);
    return;
  }
  if (act.kind === 'configuration') {
    if (view.configuration?.open()?.id !== act.change)
      throw new ApiError('refused', 'This change of the configuration does not wait any more.', { hint: 'Reject the request.' });
    return await confirmConfiguration(view, act.change, by, reason, 'queued');
  }
  if (act.kind === 'reference') return await approveReference(view, act, by, reason, 'queued');
  if (act.kind === 'learn') return await learnAlert(services, act, by, reason, 'queued');
  if (act.kind === 'shelve') {
    const until = view.clock.now() + act.minutes * 60_000;
    const shelved = act.ids.filter(
      (id) => view.alerts.get(id) !== undefined && view.alerts.shelve(id, { until, once: act.once, reason, approvedBy }, by),
    );
    if (shelved.length === 0)
      throw new ApiError('refused', 'None of the alerts can be shelved any more.', { hint: 'Reject the request.' });
    return;
  }
  if (act.kind === 'episodes') {
    if (calibration === undefined) throw new ApiError('not-found', 'There is no calibration to review.');
    await calibration.decide(act.decisions, by);
    return;
  }
  if (baseline?.learned() === undefined) throw new ApiError('not-found', 'There is no baseline to change.');
  if (act.kind === 'unlearn') await baseline.unlearn(act.line, by, reason);
  else await baseline.edit(act.line, act.figures, by, reason);
}
