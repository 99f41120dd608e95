import type { Actor } from '../../../src/core/alert.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import type { Logger } from '../../../src/core/plugin.ts';
import type { AuditEntry, AuditLog, SignInClosed, User, UserStore } from '../../../src/core/state.ts';
import type { SessionInfo } from '../../protocol.ts';
import { ApiError } from '../api-error.ts';
import { networkOf } from '../client-address.ts';
import type { Lane } from '../fair-queue.ts';
import type { KnownDevices } from '../known-devices.ts';
import { passphraseProblem } from '../common-passphrases.ts';
import type { Attempt, LoginThrottle } from '../login-throttle.ts';
import type { Passphrases } from '../passphrases.ts';
import type { Call, Handlers } from '../router.ts';
import type { Sessions } from '../sessions.ts';
import type { SetupToken } from '../setup-token.ts';
import type { SignInWatch } from '../sign-in-watch.ts';
import { nameProblem } from '../user-names.ts';
import { actorOf } from './actor.ts';

export interface SignInOptions {
  readonly view: MonitorView;
  readonly users: UserStore;
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly passphrases: Passphrases;
  readonly throttle: LoginThrottle;
  readonly devices: KnownDevices;
  readonly failures: SignInWatch;
  readonly pseudonymOf: (name: string) => string;
  /** Undefined if there are users. */
  readonly setup: SetupToken | undefined;
  /** Set if the accounts were lost. */
  readonly closed: SignInClosed | undefined;
  readonly transport: 'loopback' | 'tls';
  readonly fingerprint: string | undefined;
  readonly logger: Logger;
}

type SignInRoute = 'GET /api/door' | 'POST /api/setup' | 'POST /api/login' | 'POST /api/logout';

/** Checks a passphrase as an attempt. An attempt that could not be checked does not count. */
export async function verified(
  attempt: Attempt,
  check: () => Promise<boolean>,
): Promise<{ readonly isRight: boolean; readonly lockedMs: number }> {
  let isRight: boolean;
  try {
    isRight = await check();
  } catch (error) {
    attempt.abandoned();
    throw error;
  }
  if (!isRight) return { isRight, lockedMs: attempt.failed() };
  attempt.succeeded();
  return { isRight, lockedMs: 0 };
}

/** Addition to the audit entry of a failure if further attempts are refused; these have no entries of their own. */
export const lockText = (lockedMs: number): Pick<AuditEntry, 'after'> =>
  lockedMs === 0 ? {} : { after: `further attempts refused for ${Math.ceil(lockedMs / 1000)} s` };

/** Set-up, sign-in and sign-out. */
export function signInRoutes(options: SignInOptions): Pick<Handlers, SignInRoute> {
  const { view, users, audit, sessions, passphrases, throttle, devices, failures, pseudonymOf, setup, closed, logger } = options;

  const record = (
    actor: Actor & Pick<AuditEntry, 'address'>,
    action: string,
    object: string,
    more: Pick<AuditEntry, 'after'> = {},
  ): void => audit.append({ time: view.clock.now(), ...actor, action, object, ...more });

  /**
   * Records a verified failure. Only the name of an existing user is kept as typed: any other text may be a passphrase in the
   * wrong field. Its pseudonym still shows repeated attempts.
   */
  const recordFailure = (name: string, address: string, lockedMs: number): void => {
    const tried = users.find(name) === undefined ? `unknown ${pseudonymOf(name)}` : name;
    record({ role: 'nobody', address }, 'session.refused', tried, lockText(lockedMs));
    failures.failed();
  };

  const signIn = (
    user: User,
    { session: before, address, device, setSecret, setDevice }: Call<'POST /api/login'> | Call<'POST /api/setup'>,
  ): SessionInfo => {
    // a browser never keeps a secret from before the sign-in (session fixation)
    if (before !== undefined) sessions.end(before);
    const { session, secret } = sessions.open(user, address);
    try {
      record({ ...actorOf(session), address }, 'session.opened', user.name);
    } catch (error) {
      // a sign-in that cannot be recorded is refused
      sessions.end(session);
      throw error;
    }
    setSecret(secret);
    setDevice(devices.remember(device, user));
    logger.info('session opened', { session: session.number, role: user.role });
    return sessions.info(session);
  };

  return {
    'GET /api/door': ({ session }) => ({
      site: view.site.name,
      transport: options.transport,
      setup: setup !== undefined && users.list().length === 0,
      ...(closed === undefined ? {} : { closed }),
      ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
      ...(session === undefined ? {} : { session: sessions.info(session) }),
    }),

    'POST /api/setup': async (call) => {
      if (closed !== undefined) throw signInIsClosed(closed);
      const { token, name, passphrase } = call.input;
      const problem = nameProblem(name, []) ?? passphraseProblem(passphrase, name);
      if (problem !== undefined) throw new ApiError('invalid', problem);
      const network = networkOf(call.address);
      const attempt = throttle.begin({ address: network });
      if (setup === undefined || users.list().length > 0 || !setup.use(token)) {
        record({ role: 'nobody', address: call.address }, 'setup.refused', '', lockText(attempt.failed()));
        failures.failed();
        throw new ApiError('credentials', 'The setup link is invalid, used or expired.', {
          hint: 'Restart scadawatch. Each start without users prints a new link.',
        });
      }
      attempt.succeeded();
      const passphraseHash = await passphrases.hash(passphrase, { key: network, isKnown: true });
      const user: User = { name, role: 'admin', passphraseHash, createdAt: view.clock.now(), disabled: false };
      users.add(user);
      const info = signIn(user, call);
      record({ role: 'admin', user: name, address: call.address }, 'user.created', name, { after: 'admin' });
      return info;
    },

    'POST /api/login': async (call) => {
      if (closed !== undefined) throw signInIsClosed(closed);
      const { name, passphrase } = call.input;
      const network = networkOf(call.address);
      const claimed = users.find(name);
      const isKnown = call.device !== undefined && claimed !== undefined && devices.isKnownTo(call.device, claimed);
      const device = isKnown ? `${call.device.id} ${name}` : undefined;
      const attempt = throttle.begin({ address: network, name, device });
      const lane: Lane = device === undefined ? { key: network, isKnown: false } : { key: device, isKnown: true };
      let user: User | undefined;
      const { isRight, lockedMs } = await verified(attempt, async () => {
        const isPassphrase = await passphrases.verify(passphrase, claimed?.passphraseHash, lane);
        // read again: the user may have been removed or changed in the meantime
        user = users.find(name);
        return isPassphrase && user?.passphraseHash === claimed?.passphraseHash && user?.disabled === false;
      });
      if (!isRight || user === undefined) {
        recordFailure(name, call.address, lockedMs);
        throw new ApiError('credentials', 'The name or the passphrase is wrong.');
      }
      return signIn(user, call);
    },

    'POST /api/logout': ({ session, setSecret }) => {
      record(actorOf(session), 'session.closed', session.user);
      sessions.end(session);
      setSecret(undefined);
      return {};
    },
  };
}

const signInIsClosed = ({ reason, commands }: SignInClosed): ApiError =>
  new ApiError('unavailable', `Sign-in is closed. ${reason}`, {
    hint: `Stop scadawatch, run one of these commands, and start scadawatch again: ${commands.join('; ')}`,
  });
