import { z } from 'zod';
import { limits, type OpenSession, type SessionInfo } from '../../protocol.ts';
import { acted, note, objectOf, role, type SchemaOf, text } from './parts.ts';

/** Letters and digits of any script, dot, underscore and hyphen, so that a name cannot break a line of a log. */
export const newName = z
  .string()
  .normalize('NFC')
  .max(32)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'letters, digits, dot, underscore and hyphen only');
export const newPassphrase = z
  .string()
  .max(limits.passphraseMax)
  .refine((value) => Array.from(value).length >= limits.passphraseMin, `at least ${limits.passphraseMin} characters`);
export const knownPassphrase = z.string().max(limits.passphraseMax);
export const userAct = z.strictObject({ name: text, reason: note.optional() });
export const ofSession = z.strictObject({ session: z.int().min(1) });

const sessionShape = {
  number: z.int().describe('number in the lists of sessions'),
  role,
  endsAtWall: z.number().describe('wall time of its latest end, ms UTC'),
  idleMs: z.number().describe('time without a click, a key or an action after which it ends, ms'),
  mustEnrol: z.literal(true).optional().describe('set if the user must set up a second factor before anything else'),
} satisfies { readonly [K in keyof SessionInfo]: SchemaOf<SessionInfo[K]> };
export const sessionInfo = z.strictObject(sessionShape);
export const signedIn = acted(sessionShape);

export const openSession = objectOf<OpenSession>({
  number: z.int(),
  openedAtWall: z.number(),
  activeAtWall: z.number(),
  address: z.string().describe('address from which the user signed in'),
  own: z.boolean().describe('true for the session of the request'),
}).meta({ id: 'OpenSession' });
