import { z } from 'zod';
import type { ApprovalControl } from '../../src/core/approvals.ts';
import { mostReferenceValues, type ReferenceValue } from '../../src/core/reference.ts';
import { changesText } from '../../src/core/reference-changes.ts';
import { byRole } from '../../src/core/shown.ts';
import { refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { approveReference, referenceOf } from './approve-reference.ts';
import { route } from './route.ts';
import { actor } from './schemas/alert.ts';
import { acted, list, note, nothing, objectOf, text, time } from './schemas/parts.ts';

/** Largest request of an approval: the longest names of all values need less. */
const requestBytes = 1_048_576;

const value = objectOf<ReferenceValue>({
  tag: text,
  value: z.number().describe('in the unit of the tag'),
  low: z.number().optional().describe('lower end of the span within which operators may move the value'),
  high: z.number().optional().describe('its upper end; both or none'),
}).meta({ id: 'ReferenceValue' });

const line = z
  .strictObject({
    tag: z.string(),
    state: z
      .enum(['equal', 'differs', 'no-value', 'not-referenced', 'not-configured'])
      .describe('not-referenced: without a reference value; not-configured: the tag is no set-point or parameter any more'),
    reference: value.optional(),
    present: z.number().optional().describe('last good value'),
    since: time.optional().describe('begin of the difference'),
    write: z
      .strictObject({ client: z.string(), at: time })
      .optional()
      .describe('write to the tag around the begin, if a tap saw it: address of the client'),
  })
  .meta({ id: 'ReferenceLine' });

/** Routes for the reference set. The audit trail has each approval. */
export const referenceRoutes = {
  'GET /api/reference': route({
    permission: 'view',
    summary: 'Returns set-points and parameters beside their reference values, those that differ first.',
    input: nothing,
    answer: z.strictObject({
      set: z
        .strictObject({ version: z.int(), at: time, by: actor, reason: z.string(), count: z.int() })
        .optional()
        .describe('absent if no reference set is in force: then nothing is compared'),
      problem: z.string().optional().describe('reason why the stored reference set is not in force'),
      lines: list(line),
      waiting: z.boolean().describe('true if a reference set waits for another user'),
    }),
    handler: async ({ signal }, { view, approvals }) => {
      const reference = referenceOf(view);
      const { version, at, by, reason, values } = reference.current() ?? {};
      return {
        ...(version === undefined || at === undefined || by === undefined || reason === undefined
          ? {}
          : { set: { version, at, by: byRole(by), reason, count: values?.length ?? 0 } }),
        problem: reference.problem(),
        lines: await reference.lines(signal),
        waiting: isReferenceWaiting(approvals),
      };
    },
  }),

  'POST /api/reference/approve': route({
    permission: 'approve-reference',
    summary:
      'Approves the present values of set-points and parameters as the reference set, or requests it where a second person must approve.',
    input: z.strictObject({
      base: z.int().min(0).describe('version that it replaces; 0 if there is none'),
      values: z
        .array(value)
        .max(mostReferenceValues)
        .describe(
          'all values of the new set; each must be that which the monitor reads now. None withdraws the set: nothing is compared',
        ),
      reason: note.min(1),
    }),
    bodyBytes: requestBytes,
    answer: acted({ waiting: waits }),
    handler: async ({ input: { base, values, reason }, session }, services) => {
      const { view } = services;
      const reference = referenceOf(view);
      try {
        reference.check(values);
        const changes = changesText(reference.current()?.values ?? [], values);
        const waiting = await requested(services, { kind: 'reference', values, base, text: changes }, session, reason);
        if (waiting !== undefined) return waiting;
        await approveReference(view, { values, base }, actorOf(session), reason, 'first');
        return {};
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  }),
};

const isReferenceWaiting = (approvals: ApprovalControl): boolean =>
  approvals.waiting().some(({ act }) => act.kind === 'reference');
