import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import { personOf } from '../../src/core/person.ts';
import type { AuditEntry, User } from '../../src/core/state.ts';
import { passphraseProblem } from '../accounts/common-passphrases.ts';
import type { Session } from '../accounts/sessions.ts';
import { nameProblem } from '../accounts/user-names.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { newName, newPassphrase, ofSession, openSession, userAct } from './schemas/accounts.ts';
import { done, list, nothing, note, role, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

const userInfo = z.strictObject({
  name: z.string(),
  role,
  createdAt: z.number(),
  disabled: z.boolean(),
  secondFactor: z.boolean().describe('true if the user signs in with a code too'),
  sessions: list(openSession).describe('sessions open now, oldest first'),
});
const federatedUser = z.strictObject({ name: z.string(), role, sessions: list(openSession) });
export type UserInfo = z.infer<typeof userInfo>;

/** Routes for accounts. Hashes never leave the server. Each change of an account ends its sessions. */
export const usersRoutes = {
  'GET /api/users': route({
    permission: 'manage-users',
    summary: 'Returns all users with their open sessions.',
    input: nothing,
    answer: z.strictObject({
      users: list(userInfo),
      federated: list(federatedUser).describe('users of the identity provider who are signed in'),
    }),
    handler: ({ session }, { users, sessions }) => ({
      users: users.list().map(({ id, name, role: has, createdAt, disabled, secondFactor }) => ({
        name,
        role: has,
        createdAt,
        disabled,
        secondFactor: secondFactor !== undefined,
        sessions: sessions.listOf(personOf({ id, name, createdAt }), session),
      })),
      federated: [...new Map(sessions.federated().map((one) => [one.person, one])).values()].map((last) => ({
        name: last.user,
        role: last.role,
        sessions: sessions.listOf(last.person, session),
      })),
    }),
  }),

  'POST /api/users/add': route({
    permission: 'manage-users',
    summary: 'Adds a user.',
    input: z.strictObject({ name: newName, passphrase: newPassphrase, role }),
    answer: done,
    handler: async ({ input, session }, services) => {
      const { view, users, passphrases } = services;
      const { name, passphrase } = input;
      refuseName(services, name);
      refuseWeak(passphrase, name);
      const passphraseHash = await passphrases.hash(passphrase, { key: session.user, isKnown: true });
      // the name may have been taken meanwhile
      refuseName(services, name);
      users.add({ id: randomUUID(), name, role: input.role, passphraseHash, createdAt: view.clock.now(), disabled: false });
      record(services, session, { action: 'user.created', object: name, after: input.role });
      return {};
    },
  }),

  'POST /api/users/role': route({
    permission: 'manage-users',
    summary: 'Gives a user another role and ends the sessions of the user.',
    input: z.strictObject({ name: text, role, reason: note.optional() }),
    answer: done,
    handler: ({ input, session }, services) => {
      const { name, reason } = input;
      const user = known(services, name);
      if (user.role === input.role) return {};
      if (input.role !== 'admin') keepAdministrator(services, user);
      services.users.change(name, { role: input.role });
      record(services, session, { action: 'user.role-changed', object: name, before: user.role, after: input.role, reason });
      endAllOf(services, user, session, `the role of ${name} has changed`);
      return {};
    },
  }),

  'POST /api/users/passphrase': route({
    permission: 'manage-users',
    summary: 'Sets a new passphrase of a user and ends the sessions of the user.',
    input: z.strictObject({ name: text, passphrase: newPassphrase, reason: note.optional() }),
    answer: done,
    handler: async ({ input: { name, passphrase, reason }, session }, services) => {
      const { users, sessions, passphrases } = services;
      known(services, name);
      refuseWeak(passphrase, name);
      const passphraseHash = await passphrases.hash(passphrase, { key: session.user, isKnown: true });
      const user = known(services, name);
      users.change(name, { passphraseHash });
      record(services, session, { action: 'user.passphrase-changed', object: name, reason });
      sessions.endAllOf(personOf(user), session);
      return {};
    },
  }),

  'POST /api/users/disable': route({
    permission: 'manage-users',
    summary: 'Disables a user and ends the sessions of the user.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, services) => {
      const user = known(services, name);
      if (user.disabled) return {};
      keepAdministrator(services, user);
      services.users.change(name, { disabled: true });
      record(services, session, { action: 'user.disabled', object: name, reason });
      endAllOf(services, user, session, `${name} is disabled`);
      return {};
    },
  }),

  'POST /api/users/enable': route({
    permission: 'manage-users',
    summary: 'Enables a disabled user.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, services) => {
      if (!known(services, name).disabled) return {};
      services.users.change(name, { disabled: false });
      record(services, session, { action: 'user.enabled', object: name, reason });
      return {};
    },
  }),

  'POST /api/users/remove': route({
    permission: 'manage-users',
    summary: 'Removes a user and ends the sessions of the user.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, services) => {
      const user = known(services, name);
      keepAdministrator(services, user);
      services.users.remove(name);
      record(services, session, { action: 'user.removed', object: name, before: user.role, reason });
      endAllOf(services, user, session, `${name} is removed`);
      return {};
    },
  }),

  'POST /api/users/reset-second-factor': route({
    permission: 'manage-users',
    summary: 'Removes the second factor of a user, e.g. after the loss of the authenticator, and ends the sessions of the user.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, services) => {
      const user = known(services, name);
      if (user.secondFactor === undefined) return {};
      services.users.change(name, { secondFactor: null });
      record(services, session, { action: 'user.second-factor-reset', object: name, reason });
      services.sessions.endAllOf(personOf(user));
      return {};
    },
  }),

  'POST /api/users/end-session': route({
    permission: 'manage-users',
    summary: 'Ends a session of any user.',
    input: ofSession,
    answer: done,
    handler: ({ input, session }, services) => {
      const ending = services.sessions.numbered(input.session);
      if (ending === undefined) throw new ApiError('not-found', 'This session has ended already.');
      record(services, session, { action: 'session.ended', object: ending.user });
      services.sessions.end(ending);
      return {};
    },
  }),
};

function known({ users }: Services, name: string): User {
  const user = users.find(name);
  if (user === undefined) throw new ApiError('not-found', `User ${name} does not exist.`);
  return user;
}

/** Ends the sessions and the tokens of a user, who has lost the rights that they have. */
function endAllOf(services: Services, user: User, session: Session, reason: string): void {
  const person = personOf(user);
  services.sessions.endAllOf(person);
  for (const name of services.tokens.revokeAllOf(person))
    record(services, session, { action: 'token.revoked', object: name, reason });
}

function refuseName({ users }: Services, name: string): void {
  const problem = nameProblem(
    name,
    users.list().map((user) => user.name),
  );
  if (problem !== undefined) throw new ApiError('conflict', problem);
}

function refuseWeak(passphrase: string, name: string): void {
  const weakness = passphraseProblem(passphrase, name);
  if (weakness !== undefined) throw new ApiError('invalid', weakness);
}

/** @throws ApiError `conflict` if there would be no active administrator */
function keepAdministrator({ users }: Services, user: User): void {
  const active = users.list().filter(({ role: has, disabled }) => has === 'admin' && !disabled);
  if (active.length > 1 || active[0]?.name !== user.name) return;
  throw new ApiError('conflict', 'The last active administrator cannot be removed, disabled or changed.', {
    hint: 'Add another administrator first.',
  });
}

function record(
  { audit, view }: Services,
  session: Session,
  entry: Pick<AuditEntry, 'action' | 'object' | 'before' | 'after' | 'reason'>,
): void {
  audit.append({ time: view.clock.now(), ...actorOf(session), ...entry });
}
