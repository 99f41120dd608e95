import { z } from 'zod';
import type { Alert } from '../../src/core/alert.ts';
import type { BaselineLine, BaselineReview } from '../../src/core/monitor.ts';
import { limits } from '../protocol.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { learnAlert, readForLearning } from './learn-alert.ts';
import { route } from './route.ts';
import { baselineLine, learnedFrom, lineRef, thresholdRaise } from './schemas/baseline.ts';
import { acted, done, list, note, queryCount, queryOffset, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

const filter = z.strictObject({
  tag: text.optional(),
  search: text.optional(),
  undecided: z.literal('yes').optional().describe('only entries that are not approved, edited or unlearned'),
  offset: queryOffset,
  limit: queryCount(limits.linesPerPage),
});
const figures = z
  .record(text, z.number())
  .refine((all) => Object.keys(all).length > 0, 'at least one figure')
  .refine((all) => Object.keys(all).length <= limits.figuresPerLine, `at most ${limits.figuresPerLine} figures`);

/** Routes for reading and reviewing the baseline. The baseline itself writes the audit trail. */
export const baselineRoutes = {
  'GET /api/baseline': route({
    permission: 'view',
    summary: 'Returns baseline entries, of a tag or by text.',
    input: filter,
    answer: z.strictObject({ learned: learnedFrom.optional(), total: z.int(), lines: list(baselineLine) }),
    handler: ({ input }, { baseline }) => {
      const lines = (baseline?.lines() ?? []).filter((line) => fits(line, input));
      const { offset = 0, limit = limits.linesPerPage } = input;
      const learned = baseline?.learned();
      return { total: lines.length, lines: lines.slice(offset, offset + limit), ...(learned === undefined ? {} : { learned }) };
    },
  }),

  'POST /api/baseline/approve': route({
    permission: 'decide-baseline',
    summary: 'Approves baseline entries.',
    input: z.strictObject({
      lines: list(lineRef).check(z.minLength(1), z.maxLength(limits.linesApprovedAtOnce)),
      reason: note.optional(),
    }),
    answer: done,
    handler: async ({ input: { lines, reason }, session }, services) => {
      await refusing(known(services).approve(lines, actorOf(session), reason));
      return {};
    },
  }),

  'POST /api/baseline/edit': route({
    permission: 'decide-baseline',
    summary: 'Replaces learned figures of an entry, by their names.',
    input: z.strictObject({ line: lineRef, figures, reason: note.min(1) }),
    answer: acted({ waiting: waits }),
    handler: async ({ input: { line, figures: edited, reason }, session }, services) => {
      const baseline = known(services);
      const waiting = await requested(services, { kind: 'edit', line, figures: edited }, session, reason);
      if (waiting !== undefined) return waiting;
      await refusing(baseline.edit(line, edited, actorOf(session), reason));
      return {};
    },
  }),

  'GET /api/baseline/learnable': route({
    permission: 'decide-baseline',
    summary: 'Returns the thresholds that learning an alert as normal would raise, or why it cannot be learned.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({
      raises: list(thresholdRaise),
      refused: z.string().optional().describe('why it cannot be learned, and what to do instead'),
    }),
    handler: async ({ input: { id } }, services) => known(services).learnable(await alertOf(services, id)),
  }),

  'POST /api/baseline/learn': route({
    permission: 'decide-baseline',
    summary: 'Learns an alert as normal: raises the thresholds of its findings so that it would not have been raised.',
    input: z.strictObject({ id: text, reason: note.min(1) }),
    answer: acted({ raised: list(thresholdRaise), waiting: waits }),
    handler: async ({ input: { id, reason }, session }, services) => {
      const baseline = known(services);
      await readForLearning(services, id);
      const { raises, refused } = baseline.learnable(await alertOf(services, id));
      if (refused !== undefined) throw new ApiError('refused', refused);
      const act = { kind: 'learn', alert: id, raises } as const;
      const waiting = await requested(services, act, session, reason);
      if (waiting !== undefined) return { raised: [], ...waiting };
      await refusing(learnAlert(services, act, actorOf(session), reason, 'first'));
      return { raised: raises };
    },
  }),

  'POST /api/baseline/lower': route({
    permission: 'decide-baseline',
    summary: 'Uses the learned threshold of an entry again, which learning an alert as normal has raised.',
    input: z.strictObject({ line: lineRef, reason: note.min(1) }),
    answer: done,
    handler: async ({ input: { line, reason }, session }, services) => {
      await refusing(known(services).lower(line, actorOf(session), reason));
      return {};
    },
  }),

  'POST /api/baseline/unlearn': route({
    permission: 'decide-baseline',
    summary: 'Unlearns an entry.',
    input: z.strictObject({ line: lineRef, reason: note.min(1) }),
    answer: acted({ waiting: waits }),
    handler: async ({ input: { line, reason }, session }, services) => {
      const baseline = known(services);
      const waiting = await requested(services, { kind: 'unlearn', line }, session, reason);
      if (waiting !== undefined) return waiting;
      await refusing(baseline.unlearn(line, actorOf(session), reason));
      return {};
    },
  }),
};

function known({ baseline }: Services): BaselineReview {
  if (baseline?.learned() === undefined)
    throw new ApiError('not-found', 'There is no baseline to review. Run a calibration first.');
  return baseline;
}

async function alertOf({ view }: Services, id: string): Promise<Alert> {
  const alert = await view.alerts.read(id);
  if (alert === undefined) throw new ApiError('not-found', `Alert ${id} does not exist.`);
  return alert;
}

function fits(line: BaselineLine, { tag, search, undecided }: z.infer<typeof filter>): boolean {
  if (tag !== undefined && !line.tags.includes(tag)) return false;
  if (undecided !== undefined && (line.approved ?? line.edited ?? line.unlearned) !== undefined) return false;
  if (search === undefined) return true;
  return `${line.channel} ${line.detector} ${line.name}`.toLowerCase().includes(search.toLowerCase());
}

async function refusing(act: Promise<void>): Promise<void> {
  try {
    await act;
  } catch (thrown) {
    throw refusal(thrown);
  }
}
