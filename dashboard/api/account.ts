import { z } from 'zod';
import { passphraseProblem } from '../accounts/common-passphrases.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { knownPassphrase, newPassphrase, ofSession, openSession } from './schemas/accounts.ts';
import { done, list, nothing, role } from './schemas/parts.ts';
import { lockText, verified } from './sign-in.ts';

const account = z.strictObject({ name: z.string(), role, sessions: list(openSession) });

/** Routes for the own account of a user. */
export const accountRoutes = {
  'GET /api/account': route({
    permission: 'view',
    summary: 'Returns the own account with its open sessions, oldest first.',
    input: nothing,
    answer: z.strictObject({ account }),
    handler: ({ session }, { sessions }) => {
      const { user: name, role: own } = session;
      return { account: { name, role: own, sessions: sessions.listOf(name, session) } };
    },
  }),

  'POST /api/account/passphrase': route({
    permission: 'view',
    summary: 'Changes the own passphrase and ends the other sessions of the user.',
    input: z.strictObject({ current: knownPassphrase, passphrase: newPassphrase }),
    answer: done,
    handler: async ({ input, session, address, network, device, setDevice }, services) => {
      const { view, users, audit, sessions, passphrases, throttle, devices, failures } = services;
      const name = session.user;
      const problem = passphraseProblem(input.passphrase, name);
      if (problem !== undefined) throw new ApiError('invalid', problem);
      const lane = { key: name, isKnown: true };
      const attempt = throttle.begin({ address: network, name, device: `session of ${name}` });
      const hash = users.find(name)?.passphraseHash;
      const { isRight, lockedMs } = await verified(attempt, async () => passphrases.verify(input.current, hash, lane));
      if (!isRight) {
        const entry = { time: view.clock.now(), ...actorOf(session), address, action: 'user.passphrase-refused', object: name };
        audit.append({ ...entry, ...lockText(lockedMs) });
        failures.failed();
        throw new ApiError('credentials', 'The current passphrase is wrong.');
      }
      const passphraseHash = await passphrases.hash(input.passphrase, lane);
      const user = users.find(name);
      if (user === undefined || user.passphraseHash !== hash) {
        throw new ApiError('conflict', 'The account was changed meanwhile.', { hint: 'Sign in again.' });
      }
      users.change(name, { passphraseHash });
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'user.passphrase-changed', object: name });
      sessions.endAllOf(name, session);
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
      if (ending?.user !== session.user) throw new ApiError('not-found', 'This session has ended already.');
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'session.ended', object: session.user });
      sessions.end(ending);
      return {};
    },
  }),
};
