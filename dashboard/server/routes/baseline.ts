import type { BaselineLine, BaselineReview } from '../../../src/core/monitor.ts';
import { limits } from '../../protocol.ts';
import { ApiError, refusal } from '../api-error.ts';
import type { Handlers } from '../router.ts';
import type { Input } from '../schemas.ts';
import { actorOf } from './actor.ts';

type BaselineRoute =
  | 'GET /api/baseline'
  | 'POST /api/baseline/approve'
  | 'POST /api/baseline/edit'
  | 'POST /api/baseline/unlearn';

/** Routes for reading and reviewing the baseline. The baseline itself writes the audit trail. */
export function baselineRoutes(review: BaselineReview | undefined): Pick<Handlers, BaselineRoute> {
  const known = (): BaselineReview => {
    if (review?.learned() === undefined)
      throw new ApiError('not-found', 'There is no baseline to review. Run a calibration first.');
    return review;
  };
  return {
    'GET /api/baseline': ({ input }) => {
      const lines = (review?.lines() ?? []).filter((line) => fits(line, input));
      const { offset = 0, limit = limits.linesPerPage } = input;
      const learned = review?.learned();
      return { total: lines.length, lines: lines.slice(offset, offset + limit), ...(learned === undefined ? {} : { learned }) };
    },

    'POST /api/baseline/approve': async ({ input: { lines, reason }, session }) => {
      await refusing(known().approve(lines, actorOf(session), reason));
      return {};
    },

    'POST /api/baseline/edit': async ({ input: { line, figures, reason }, session }) => {
      await refusing(known().edit(line, figures, actorOf(session), reason));
      return {};
    },

    'POST /api/baseline/unlearn': async ({ input: { line, reason }, session }) => {
      await refusing(known().unlearn(line, actorOf(session), reason));
      return {};
    },
  };
}

function fits(line: BaselineLine, { tag, search, undecided }: Input<'GET /api/baseline'>): boolean {
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
