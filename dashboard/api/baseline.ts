import { z } from 'zod';
import type { BaselineLine, BaselineReview } from '../../src/core/monitor.ts';
import { limits } from '../protocol.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { route } from './route.ts';
import { baselineLine, learnedFrom, lineRef } from './schemas/baseline.ts';
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
