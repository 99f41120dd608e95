import type { AuditEntry } from '../../src/core/state.ts';
import type { AuditLine } from '../protocol.ts';

/** Earlier versions wrote the id of a session as the object of its opening and closing. */
const sessionId = /^s-[0-9a-f]{12}$/;

/** Converts an audit entry for the audit page: with names and pseudonyms, without ids of sessions. */
export function auditLine({ session: _session, ...entry }: AuditEntry, pseudonymOf: (name: string) => string): AuditLine {
  const object = sessionId.test(entry.object) ? '' : entry.object;
  const isUser = /^(session|user)\./.test(entry.action) && object !== '' && !object.startsWith('unknown ');
  return {
    ...entry,
    object,
    ...(entry.user === undefined ? {} : { pseudonym: pseudonymOf(entry.user) }),
    ...(isUser ? { objectPseudonym: pseudonymOf(object) } : {}),
  };
}
