import type { Actor } from '../../../src/core/alert.ts';
import type { Session } from '../sessions.ts';

/** The user of a session, as audit names one. */
export const actorOf = ({ role, id, user }: Session): Actor => ({ role, session: id, user });
