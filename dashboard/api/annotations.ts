import { z } from 'zod';
import { type Annotation, annotationLimits } from '../../src/core/annotation.ts';
import { byName } from '../../src/core/shown.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { actor } from './schemas/alert.ts';
import { acted, done, list, objectOf, queryNumber, text, time } from './schemas/parts.ts';

const annotation = objectOf<Annotation>({
  id: z.string(),
  time: time,
  text: z.string(),
  at: z.number().describe('time at which it was written, ms UTC'),
  by: actor,
});

/** Routes for annotations of trends. The annotations themselves write the audit trail. */
export const annotationRoutes = {
  'GET /api/annotations': route({
    permission: 'view',
    summary: 'Returns the annotations of a span, oldest first; the latest ones if there are too many for one answer.',
    input: z.strictObject({ from: queryNumber, to: queryNumber }),
    answer: z.strictObject({ annotations: list(annotation), total: z.int() }),
    handler: ({ input: { from, to } }, { view }) => {
      if (!(from < to)) throw new ApiError('invalid', 'from must be before to.');
      const { annotations, total } = view.annotations.during(from, to);
      return { annotations: annotations.map(named), total };
    },
  }),

  'POST /api/annotations/add': route({
    permission: 'annotate',
    summary: 'Adds an annotation at a time. Every trend that covers the time shows it, with its author.',
    input: z.strictObject({ time: z.number(), text: z.string().trim().min(1).max(annotationLimits.text) }),
    answer: acted({ annotation }),
    handler: async ({ input, session }, { view }) => {
      try {
        return { annotation: named(await view.annotations.add(input.time, input.text, actorOf(session))) };
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),

  'POST /api/annotations/remove': route({
    permission: 'annotate',
    summary: 'Removes an annotation. Its text stays in the audit trail.',
    input: z.strictObject({ id: text }),
    answer: done,
    handler: async ({ input: { id }, session }, { view }) => {
      try {
        await view.annotations.remove(id, actorOf(session));
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};

/** An annotation without the id of the session. */
const named = (one: Annotation): Annotation => ({ ...one, by: byName(one.by) });
