import type { Actor } from '../../src/core/alert.ts';
import type { Session } from '../accounts/sessions.ts';

/** The user of a session as an actor of the audit trail. */
export const actorOf = ({ role, id, user }: Session): Actor => ({ role, session: id, user });
