import { z } from 'zod';

/** Setting of the kinds of findings that the user has rationalised as alarms; empty by default. */
export const alarmsOf = <Kind extends string>(kinds: readonly [Kind, ...Kind[]]) =>
  z
    .partialRecord(
      z.enum(kinds),
      z.strictObject({
        priority: z.union([z.literal(1), z.literal(2), z.literal(3)]).describe('Priority of the alarm'),
        response: z.string().min(1).describe('First action of the operator'),
      }),
    )
    .default({})
    .describe(`Kinds whose findings are alarms: ${kinds.join(', ')}`);
