import type { MonitorView } from '../../../src/core/monitor.ts';
import type { AuditLog, UserStore } from '../../../src/core/state.ts';
import { ApiError } from '../api-error.ts';
import type { Passphrases } from '../passphrases.ts';
import type { Handlers } from '../router.ts';
import type { Sessions } from '../sessions.ts';
import { actorOf } from './door.ts';

export interface UsersOptions {
  readonly view: MonitorView;
  readonly users: UserStore;
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly passphrases: Passphrases;
}

type UsersRoute = 'GET /api/users' | 'POST /api/users/add' | 'POST /api/users/remove';

/** Accounts. Hashes never leave the server. */
export function usersRoutes({ view, users, audit, sessions, passphrases }: UsersOptions): Pick<Handlers, UsersRoute> {
  return {
    'GET /api/users': () => ({
      users: users.list().map(({ name, role, createdAt }) => ({ name, role, createdAt, sessions: sessions.countOf(name) })),
    }),

    'POST /api/users/add': async ({ input: { name, passphrase, role }, session }) => {
      const passphraseHash = await passphrases.hash(passphrase, { key: session.user, isKnown: true });
      if (users.find(name) !== undefined) throw new ApiError('conflict', `There is a user ${name} already.`);
      const time = view.clock.now();
      users.add({ name, role, passphraseHash, createdAt: time });
      audit.append({ time, ...actorOf(session), action: 'user.created', object: name, after: role });
      return {};
    },

    'POST /api/users/remove': ({ input: { name, reason }, session }) => {
      const user = users.find(name);
      if (user === undefined) throw new ApiError('not-found', `There is no user ${name}.`);
      const isLast = user.role === 'admin' && users.list().filter(({ role }) => role === 'admin').length === 1;
      if (isLast) throw new ApiError('conflict', 'The last administrator stays.', { hint: 'Add another one first.' });
      users.remove(name);
      audit.append({
        time: view.clock.now(),
        ...actorOf(session),
        action: 'user.removed',
        object: name,
        before: user.role,
        ...(reason === undefined ? {} : { reason }),
      });
      sessions.endAllOf(name);
      return {};
    },
  };
}
