import { z } from 'zod';
import { type Handover, type HandoverHeading, type Signature, signedDocument } from '../../src/core/handover.ts';
import { printedHtml } from '../../src/core/printed-file.ts';
import { byName } from '../../src/core/shown.ts';
import type { Awaitable } from '../../src/core/state.ts';
import { limits } from '../protocol.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { acted, list, nothing, text } from './schemas/parts.ts';
import { handoverHeading, printedDocument } from './schemas/report.ts';
import type { Services } from './services.ts';

const noteText = z.string().trim().min(1).max(limits.shiftNote);

/** Routes for the handover of a shift: it is signed by two users, and names them. The shift itself writes the audit trail. */
export const shiftRoutes = {
  'GET /api/handover': route({
    permission: 'view',
    summary: 'Returns the handover of the present shift for a signature, and the last signed ones, newest first.',
    input: nothing,
    answer: z.strictObject({
      key: z.string().describe('names the document as shown, for the signature'),
      document: printedDocument,
      handovers: list(handoverHeading),
    }),
    handler: async (_call, { view: { shift } }) => {
      const handovers = await shift.handovers();
      return { ...(await shift.draft()), handovers: handovers.map(named) };
    },
  }),

  'GET /api/handover/signed': route({
    permission: 'view',
    summary: 'Returns a signed handover as it was shown, with its signatures.',
    input: z.strictObject({ id: text }),
    answer: z.strictObject({ handover: handoverHeading, document: printedDocument, html: z.string().describe('HTML file') }),
    handler: async ({ input: { id } }, services) => {
      const found = await known(services, id);
      const document = signedDocument(found);
      return { handover: named(found), document, html: printedHtml(document) };
    },
  }),

  'POST /api/handover/note': route({
    permission: 'hand-over',
    summary: 'Adds a note of the shift.',
    input: z.strictObject({ text: noteText }),
    answer: acted({ id: z.string() }),
    handler: ({ input, session }, { view: { shift } }) => ({ id: shift.note(input.text, actorOf(session)).id }),
  }),

  'POST /api/handover/sign': route({
    permission: 'hand-over',
    summary: 'Signs the handover as shown, for the shift that ends.',
    input: z.strictObject({ key: text }),
    answer: acted({ handover: handoverHeading }),
    handler: async ({ input: { key }, session }, { view: { shift } }) => ({
      handover: named(await tried(() => shift.sign(key, actorOf(session)))),
    }),
  }),

  'POST /api/handover/take': route({
    permission: 'hand-over',
    summary: 'Signs the last handover, for the shift that begins. Another user must have signed it.',
    input: z.strictObject({ id: text }),
    answer: acted({ handover: handoverHeading }),
    handler: async ({ input: { id }, session }, services) => {
      await known(services, id);
      return { handover: named(await tried(async () => services.view.shift.takeOver(id, actorOf(session)))) };
    },
  }),
};

/** A heading without ids of sessions. */
function named({ id, outgoing, incoming }: HandoverHeading): HandoverHeading {
  const signature = ({ at, by }: Signature): Signature => ({ at, by: byName(by) });
  return { id, outgoing: signature(outgoing), ...(incoming === undefined ? {} : { incoming: signature(incoming) }) };
}

async function known({ view }: Services, id: string): Promise<Handover> {
  const found = await view.shift.handover(id);
  if (found === undefined) throw new ApiError('not-found', `Handover ${id} does not exist.`);
  return found;
}

async function tried<Result>(work: () => Awaitable<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw refusal(thrown);
  }
}
