import { z } from 'zod';
import { penLimits } from '../../src/core/trend-pens.ts';
import { ApiError } from '../protocol/api-error.ts';
import { route } from './route.ts';
import { done, list, text } from './schemas/parts.ts';

const pen = z.strictObject({
  tag: text,
  scale: z
    .tuple([z.number(), z.number()])
    .readonly()
    .refine(([low, high]) => low < high, 'the low end must be below the high end')
    .optional()
    .describe('ends of the vertical scale; it follows the values if absent'),
});

/** Routes for the pens of trends, which each user keeps. */
export const penRoutes = {
  'GET /api/account/pens': route({
    permission: 'view',
    summary: 'Returns the pens that the user has chosen for the trend of a tag; none without a choice.',
    input: z.strictObject({ tag: text }),
    answer: z.strictObject({ pens: list(pen).optional() }),
    handler: ({ input: { tag }, session }, { pens, view }) => {
      // a tag that the configuration no longer has cannot be drawn
      const found = pens.of(session.user, tag)?.filter((one) => view.tags.indexOf(one.tag) !== undefined);
      return found === undefined ? {} : { pens: found };
    },
  }),

  'POST /api/account/pens': route({
    permission: 'view',
    summary: 'Keeps the pens of the user for the trend of a tag; without pens, the choice is removed.',
    input: z.strictObject({ tag: text, pens: z.array(pen).min(1).max(penLimits.perTrend).optional() }),
    answer: done,
    handler: ({ input: { tag, pens: chosen }, session }, { pens, users, view }) => {
      // the session of a wall display belongs to nobody
      if (users.find(session.user) === undefined) throw new ApiError('refused', 'A wall display keeps no pens.');
      const unknown = [tag, ...(chosen ?? []).map((one) => one.tag)].find((name) => view.tags.indexOf(name) === undefined);
      if (unknown !== undefined && chosen !== undefined) throw new ApiError('not-found', `Tag ${unknown} does not exist.`);
      if (chosen === undefined) pens.remove(session.user, tag);
      else pens.keep(session.user, tag, chosen);
      return {};
    },
  }),
};
