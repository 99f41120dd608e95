import { z } from 'zod';
import type { Actor } from '../../src/core/alert.ts';
import type { AuditEntry, SignInClosed, User } from '../../src/core/state.ts';
import { passphraseProblem } from '../accounts/common-passphrases.ts';
import type { Lane } from '../accounts/fair-queue.ts';
import type { Attempt } from '../accounts/login-throttle.ts';
import { nameProblem } from '../accounts/user-names.ts';
import type { SessionInfo } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { type Call, route } from './route.ts';
import { knownPassphrase, newName, newPassphrase, sessionInfo, signedIn } from './schemas/accounts.ts';
import { done, list, nothing, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Information for the pages before sign-in. */
const signInInfo = z.strictObject({
  site: z.string(),
  transport: z.enum(['loopback', 'tls']),
  fingerprint: z.string().optional().describe('SHA-256 of the certificate of the server, colon-separated hexadecimal'),
  setup: z.boolean().describe('true if there is no user yet: the setup token from the console creates the first one'),
  closed: z
    .strictObject({ reason: z.string(), commands: list(z.string()) })
    .optional()
    .describe('set when sign-in is closed because the accounts were lost; the commands reopen it'),
  session: sessionInfo.optional().describe('set when the browser is signed in'),
});
export type SignInInfo = z.infer<typeof signInInfo>;

/** Set-up, sign-in and sign-out. */
export const signInRoutes = {
  'GET /api/door': route({
    permission: 'anybody',
    summary: 'Returns the information for the pages before sign-in.',
    input: nothing,
    answer: signInInfo,
    handler: ({ session }, { view, users, sessions, setup, closed, transport, fingerprint }) => ({
      site: view.site.name,
      transport,
      setup: setup !== undefined && users.list().length === 0,
      ...(closed === undefined ? {} : { closed }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(session === undefined ? {} : { session: sessions.info(session) }),
    }),
  }),

  'POST /api/setup': route({
    permission: 'anybody',
    summary: 'Creates the administrator account and signs in.',
    input: z.strictObject({ token: text, name: newName, passphrase: newPassphrase }),
    answer: signedIn,
    handler: async (call, services) => {
      const { view, users, throttle, passphrases, setup, closed, failures } = services;
      if (closed !== undefined) throw signInIsClosed(closed);
      const { token, name, passphrase } = call.input;
      const problem = nameProblem(name, []) ?? passphraseProblem(passphrase, name);
      if (problem !== undefined) throw new ApiError('invalid', problem);
      const attempt = throttle.begin({ address: call.network });
      if (setup === undefined || users.list().length > 0 || !setup.use(token)) {
        record(services, { role: 'nobody', address: call.address }, 'setup.refused', '', lockText(attempt.failed()));
        failures.failed();
        throw new ApiError('credentials', 'The setup link is invalid, used or expired.', {
          hint: 'Restart scadawatch. Each start without users prints a new link.',
        });
      }
      attempt.succeeded();
      const passphraseHash = await passphrases.hash(passphrase, { key: call.network, isKnown: true });
      const user: User = { name, role: 'admin', passphraseHash, createdAt: view.clock.now(), disabled: false };
      users.add(user);
      const info = signIn(user, call, services);
      record(services, { role: 'admin', user: name, address: call.address }, 'user.created', name, { after: 'admin' });
      return info;
    },
  }),

  'POST /api/login': route({
    permission: 'anybody',
    summary: 'Signs in.',
    input: z.strictObject({ name: z.string().normalize('NFC').max(64), passphrase: knownPassphrase }),
    answer: signedIn,
    handler: async (call, services) => {
      const { users, throttle, passphrases, devices, closed } = services;
      if (closed !== undefined) throw signInIsClosed(closed);
      const { name, passphrase } = call.input;
      const claimed = users.find(name);
      const isKnown = call.device !== undefined && claimed !== undefined && devices.isKnownTo(call.device, claimed);
      const device = isKnown ? `${call.device.id} ${name}` : undefined;
      const attempt = throttle.begin({ address: call.network, name, device });
      const lane: Lane = device === undefined ? { key: call.network, isKnown: false } : { key: device, isKnown: true };
      let user: User | undefined;
      const { isRight, lockedMs } = await verified(attempt, async () => {
        const isPassphrase = await passphrases.verify(passphrase, claimed?.passphraseHash, lane);
        // read again: the user may have been removed or changed in the meantime
        user = users.find(name);
        return isPassphrase && user?.passphraseHash === claimed?.passphraseHash && user?.disabled === false;
      });
      if (!isRight || user === undefined) {
        recordFailure(services, name, call.address, lockedMs);
        throw new ApiError('credentials', 'The name or the passphrase is wrong.');
      }
      return signIn(user, call, services);
    },
  }),

  'POST /api/logout': route({
    permission: 'view',
    summary: 'Signs out.',
    input: nothing,
    answer: done,
    handler: ({ session, setSecret }, services) => {
      record(services, actorOf(session), 'session.closed', session.user);
      services.sessions.end(session);
      setSecret(undefined);
      return {};
    },
  }),
};

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

function record(
  { audit, view }: Services,
  actor: Actor & Pick<AuditEntry, 'address'>,
  action: string,
  object: string,
  more: Pick<AuditEntry, 'after'> = {},
): void {
  audit.append({ time: view.clock.now(), ...actor, action, object, ...more });
}

/**
 * Records a verified failure. Only the name of an existing user is kept as typed: any other text may be a passphrase in the
 * wrong field. Its pseudonym still shows repeated attempts.
 */
function recordFailure(services: Services, name: string, address: string, lockedMs: number): void {
  const { users, pseudonymOf, failures } = services;
  const tried = users.find(name) === undefined ? `unknown ${pseudonymOf(name)}` : name;
  record(services, { role: 'nobody', address }, 'session.refused', tried, lockText(lockedMs));
  failures.failed();
}

function signIn(user: User, call: Call<unknown, 'anybody'>, services: Services): SessionInfo {
  const { session: before, address, device, setSecret, setDevice } = call;
  const { sessions, devices, logger } = services;
  // a browser never keeps a secret from before the sign-in (session fixation)
  if (before !== undefined) sessions.end(before);
  const { session, secret } = sessions.open(user, address);
  try {
    record(services, { ...actorOf(session), address }, 'session.opened', user.name);
  } catch (error) {
    // a sign-in that cannot be recorded is refused
    sessions.end(session);
    throw error;
  }
  setSecret(secret);
  setDevice(devices.remember(device, user));
  logger.info('session opened', { session: session.number, role: user.role });
  return sessions.info(session);
}

export const signInIsClosed = ({ reason, commands }: SignInClosed): ApiError =>
  new ApiError('unavailable', `Sign-in is closed. ${reason}`, {
    hint: `Stop scadawatch, run one of these commands, and start scadawatch again: ${commands.join('; ')}`,
  });
