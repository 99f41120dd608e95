import type { Actor } from '../../src/core/alert.ts';
import type { Session } from '../accounts/sessions.ts';

/** The user of a session as an actor of the audit trail. */
export const actorOf = ({ role, id, user, person, token }: Session): Actor => ({
  role,
  session: id,
  user,
  // the token of an earlier version has no person
  ...(token !== undefined && person === user ? {} : { person }),
});
