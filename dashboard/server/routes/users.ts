import type { MonitorView } from '../../../src/core/monitor.ts';
import type { AuditEntry, AuditLog, User, UserStore } from '../../../src/core/state.ts';
import { ApiError } from '../api-error.ts';
import { passphraseProblem } from '../common-passphrases.ts';
import type { Passphrases } from '../passphrases.ts';
import type { Handlers } from '../router.ts';
import type { Session, Sessions } from '../sessions.ts';
import { nameProblem } from '../user-names.ts';
import { actorOf } from './actor.ts';

export interface UsersOptions {
  readonly view: MonitorView;
  readonly users: UserStore;
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly passphrases: Passphrases;
}

type UsersRoute = Extract<keyof Handlers, `${string}/api/users${string}`>;

/** Routes for accounts. Hashes never leave the server. Each change of an account ends its sessions. */
export function usersRoutes({ view, users, audit, sessions, passphrases }: UsersOptions): Pick<Handlers, UsersRoute> {
  const known = (name: string): User => {
    const user = users.find(name);
    if (user === undefined) throw new ApiError('not-found', `User ${name} does not exist.`);
    return user;
  };
  const record = (session: Session, entry: Pick<AuditEntry, 'action' | 'object' | 'before' | 'after' | 'reason'>): void =>
    audit.append({ time: view.clock.now(), ...actorOf(session), ...entry });

  /** @throws ApiError `conflict` if there would be no active administrator */
  const keepAdministrator = (user: User): void => {
    const active = users.list().filter(({ role, disabled }) => role === 'admin' && !disabled);
    if (active.length > 1 || active[0]?.name !== user.name) return;
    throw new ApiError('conflict', 'The last active administrator cannot be removed, disabled or changed.', {
      hint: 'Add another administrator first.',
    });
  };

  return {
    'GET /api/users': ({ session }) => ({
      users: users.list().map(({ name, role, createdAt, disabled }) => ({
        name,
        role,
        createdAt,
        disabled,
        sessions: sessions.listOf(name, session),
      })),
    }),

    'POST /api/users/add': async ({ input: { name, passphrase, role }, session }) => {
      const refuse = (): void => {
        const problem = nameProblem(
          name,
          users.list().map((user) => user.name),
        );
        if (problem !== undefined) throw new ApiError('conflict', problem);
      };
      refuse();
      const weakness = passphraseProblem(passphrase, name);
      if (weakness !== undefined) throw new ApiError('invalid', weakness);
      const passphraseHash = await passphrases.hash(passphrase, { key: session.user, isKnown: true });
      // the name may have been taken meanwhile
      refuse();
      users.add({ name, role, passphraseHash, createdAt: view.clock.now(), disabled: false });
      record(session, { action: 'user.created', object: name, after: role });
      return {};
    },

    'POST /api/users/role': ({ input: { name, role, reason }, session }) => {
      const user = known(name);
      if (user.role === role) return {};
      if (role !== 'admin') keepAdministrator(user);
      users.change(name, { role });
      record(session, { action: 'user.role-changed', object: name, before: user.role, after: role, reason });
      sessions.endAllOf(name);
      return {};
    },

    'POST /api/users/passphrase': async ({ input: { name, passphrase, reason }, session }) => {
      known(name);
      const weakness = passphraseProblem(passphrase, name);
      if (weakness !== undefined) throw new ApiError('invalid', weakness);
      const passphraseHash = await passphrases.hash(passphrase, { key: session.user, isKnown: true });
      known(name);
      users.change(name, { passphraseHash });
      record(session, { action: 'user.passphrase-changed', object: name, reason });
      sessions.endAllOf(name, session);
      return {};
    },

    'POST /api/users/disable': ({ input: { name, reason }, session }) => {
      const user = known(name);
      if (user.disabled) return {};
      keepAdministrator(user);
      users.change(name, { disabled: true });
      record(session, { action: 'user.disabled', object: name, reason });
      sessions.endAllOf(name);
      return {};
    },

    'POST /api/users/enable': ({ input: { name, reason }, session }) => {
      if (!known(name).disabled) return {};
      users.change(name, { disabled: false });
      record(session, { action: 'user.enabled', object: name, reason });
      return {};
    },

    'POST /api/users/remove': ({ input: { name, reason }, session }) => {
      const user = known(name);
      keepAdministrator(user);
      users.remove(name);
      record(session, { action: 'user.removed', object: name, before: user.role, reason });
      sessions.endAllOf(name);
      return {};
    },

    'POST /api/users/end-session': ({ input, session }) => {
      const ending = sessions.numbered(input.session);
      if (ending === undefined) throw new ApiError('not-found', 'This session has ended already.');
      record(session, { action: 'session.ended', object: ending.user });
      sessions.end(ending);
      return {};
    },
  };
}
