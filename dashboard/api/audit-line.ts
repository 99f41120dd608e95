import { z } from 'zod';
import type { AuditEntry } from '../../src/core/state.ts';
import { objectOf, time } from './schemas/parts.ts';

/** An entry of the audit trail, for roles that may read names. Exports contain pseudonyms instead of names. */
export type AuditLine = Omit<AuditEntry, 'id' | 'session' | 'person'> & {
  readonly pseudonym?: string | undefined;
  /** Set if the object is a user. */
  readonly objectPseudonym?: string | undefined;
};

export const auditLine = objectOf<AuditLine>({
  time,
  role: z.string(),
  user: z.string().optional(),
  pseudonym: z.string().optional(),
  address: z.string().optional(),
  action: z.string(),
  object: z.string(),
  objectPseudonym: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  reason: z.string().optional(),
}).meta({ id: 'AuditLine' });

/** Earlier versions wrote the id of a session as the object of its opening and closing. */
const sessionId = /^s-[0-9a-f]{12}$/;

/** Converts an audit entry for the audit page: with names and pseudonyms, without ids of sessions and identities of persons. */
export function toAuditLine(
  { id: _id, session: _session, person: _person, ...entry }: AuditEntry,
  pseudonymOf: (name: string) => string,
): AuditLine {
  const object = sessionId.test(entry.object) ? '' : entry.object;
  const isUser = /^(session|user)\./.test(entry.action) && object !== '' && !object.startsWith('unknown ');
  return {
    ...entry,
    object,
    ...(entry.user === undefined ? {} : { pseudonym: pseudonymOf(entry.user) }),
    ...(isUser ? { objectPseudonym: pseudonymOf(object) } : {}),
  };
}
