import { ApiError } from '../api-error.ts';
import { passphraseProblem } from '../common-passphrases.ts';
import { networkOf } from '../client-address.ts';
import type { Handlers } from '../router.ts';
import { type SignInOptions, lockText, verified } from './sign-in.ts';
import { actorOf } from './actor.ts';

type AccountRoute = 'GET /api/account' | 'POST /api/account/passphrase' | 'POST /api/account/end-session';

/** Routes for the own account of a user. */
export function accountRoutes(options: SignInOptions): Pick<Handlers, AccountRoute> {
  const { view, users, audit, sessions, passphrases, throttle, devices, failures } = options;
  return {
    'GET /api/account': ({ session }) => {
      const { user: name, role } = session;
      return { account: { name, role, sessions: sessions.listOf(name, session) } };
    },

    'POST /api/account/passphrase': async ({ input, session, address, device, setDevice }) => {
      const name = session.user;
      const problem = passphraseProblem(input.passphrase, name);
      if (problem !== undefined) throw new ApiError('invalid', problem);
      const lane = { key: name, isKnown: true };
      const attempt = throttle.begin({ address: networkOf(address), name, device: `session of ${name}` });
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

    'POST /api/account/end-session': ({ input, session }) => {
      const ending = sessions.numbered(input.session);
      if (ending?.user !== session.user) throw new ApiError('not-found', 'This session has ended already.');
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'session.ended', object: session.user });
      sessions.end(ending);
      return {};
    },
  };
}
