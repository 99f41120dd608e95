import { z } from 'zod';
import type { Series } from '../../src/core/historian.ts';
import type { Session } from '../accounts/sessions.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { indexOf } from './plant.ts';
import { route } from './route.ts';
import { figure, list, queryCount, queryList, queryNumber } from './schemas/parts.ts';

/** One tag's history; arrays of equal length. See core `Series`. */
const series = z
  .strictObject({
    tag: z.string(),
    spanMs: z.number().describe('0 for samples as stored, else the length of the spans, ms'),
    time: list(z.number()),
    value: list(figure),
    low: list(figure),
    high: list(figure),
    quality: list(z.int()),
  })
  .meta({ id: 'Series' });
export type SeriesBody = z.infer<typeof series>;

/** Largest number of simultaneous historian queries of a session. */
const atOnce = 4;
const queriesOf = new WeakMap<Session, number>();

/** Route for the history of tags. */
export const historyRoutes = {
  'GET /api/history': route({
    permission: 'view',
    summary: 'Returns samples of tags from the historian.',
    input: z.strictObject({
      tags: queryList(limits.historyTags),
      from: queryNumber,
      to: queryNumber,
      maxPoints: queryCount(limits.historyPoints),
    }),
    answer: z.strictObject({ series: list(series) }),
    handler: async ({ input, session, signal }, { view }) => {
      const { tags, from, to, maxPoints = limits.historyPoints } = input;
      if (!(from < to)) throw new ApiError('invalid', 'from must be before to.');
      for (const tag of tags) indexOf(view, tag);
      const open = queriesOf.get(session) ?? 0;
      if (open >= atOnce)
        throw new ApiError('too-many', 'Too many trends are being read. Wait for one to finish.', { retryAfterMs: 500 });
      queriesOf.set(session, open + 1);
      try {
        return { series: (await view.history({ tags, from, to, maxPoints }, signal)).map(toBody) };
      } finally {
        queriesOf.set(session, (queriesOf.get(session) ?? 1) - 1);
      }
    },
  }),
};

const toBody = (one: Series): SeriesBody => ({
  tag: one.tag,
  spanMs: one.spanMs,
  time: [...one.time],
  value: [...one.value],
  low: [...one.low],
  high: [...one.high],
  quality: [...one.quality],
});
