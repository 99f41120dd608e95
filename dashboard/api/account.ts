import { z } from 'zod';
import { passphraseProblem } from '../accounts/common-passphrases.ts';
import type { Session } from '../accounts/sessions.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { knownPassphrase, newPassphrase, ofSession, openSession } from './schemas/accounts.ts';
import { done, list, nothing, role } from './schemas/parts.ts';
import type { Services } from './services.ts';
import { lockText, verified } from './sign-in.ts';

const account = z.strictObject({
  name: z.string(),
  role,
  sessions: list(openSession),
  federated: z.boolean().describe('true if an identity provider keeps the account'),
  secondFactor: z.strictObject({
    isSet: z.boolean(),
    isRequired: z.boolean().describe('true if the role needs one'),
    recoveryCodes: z.int().describe('number of unused recovery codes'),
  }),
});

/** Routes for the own account of a user. */
export const accountRoutes = {
  'GET /api/account': route({
    permission: 'view',
    whileEnrolling: true,
    summary: 'Returns the own account with its open sessions, oldest first.',
    input: nothing,
    answer: z.strictObject({ account }),
    handler: ({ session }, { users, sessions, secondFactors }) => {
      const { user: name, person, role: own } = session;
      const federated = session.provider !== undefined;
      const set = federated ? undefined : users.find(name)?.secondFactor;
      const secondFactor = {
        isSet: set !== undefined,
        isRequired: !federated && secondFactors.isRequired(own),
        recoveryCodes: set?.recovery.length ?? 0,
      };
      return { account: { name, role: own, sessions: sessions.listOf(person, session), federated, secondFactor } };
    },
  }),

  'POST /api/account/passphrase': route({
    permission: 'view',
    summary: 'Changes the own passphrase and ends the other sessions of the user.',
    input: z.strictObject({ current: knownPassphrase, passphrase: newPassphrase }),
    answer: done,
    handler: async ({ input, session, address, network, device, setDevice }, services) => {
      const { view, users, audit, sessions, passphrases, throttle, devices } = services;
      const name = session.user;
      refuseFederated(session);
      const problem = passphraseProblem(input.passphrase, name);
      if (problem !== undefined) throw new ApiError('invalid', problem);
      const lane = { key: name, isKnown: true };
      const attempt = throttle.begin({ address: network, name, device: `session of ${name}` });
      const hash = users.find(name)?.passphraseHash;
      const { isRight, lockedMs } = await verified(attempt, async () => passphrases.verify(input.current, hash, lane));
      if (!isRight) {
        throw refusedByOwner(services, session, { address, lockedMs, action: 'user.passphrase-refused' });
      }
      const passphraseHash = await passphrases.hash(input.passphrase, lane);
      const user = users.find(name);
      if (user === undefined || user.passphraseHash !== hash) {
        throw new ApiError('conflict', 'The account was changed meanwhile.', { hint: 'Sign in again.' });
      }
      users.change(name, { passphraseHash });
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'user.passphrase-changed', object: name });
      sessions.endAllOf(session.person, session);
      setDevice(devices.remember(device, { ...user, passphraseHash }));
      return {};
    },
  }),

  'POST /api/account/end-session': route({
    permission: 'view',
    summary: 'Ends one of the own sessions.',
    input: ofSession,
    answer: done,
    handler: ({ input, session }, { view, audit, sessions }) => {
      const ending = sessions.numbered(input.session);
      if (ending?.person !== session.person) throw new ApiError('not-found', 'This session has ended already.');
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'session.ended', object: session.user });
      sessions.end(ending);
      return {};
    },
  }),
};

/** @throws ApiError `refused` if an identity provider keeps the account */
export function refuseFederated({ provider }: Session): void {
  if (provider !== undefined)
    throw new ApiError('refused', 'Your account belongs to the identity provider.', { hint: 'Change it there.' });
}

/** Records a wrong passphrase or code that a signed-in user has typed, and returns the answer. */
export function refusedByOwner(
  { view, audit, failures }: Services,
  session: Session,
  { address, lockedMs, action }: { readonly address: string; readonly lockedMs: number; readonly action: string },
): ApiError {
  const entry = { time: view.clock.now(), ...actorOf(session), address, action, object: session.user };
  audit.append({ ...entry, ...lockText(lockedMs) });
  failures.failed();
  return new ApiError('credentials', 'The current passphrase or the code is wrong.');
}
