import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '../../src/core/alert.ts';
import type { AuditEntry, SignInClosed, User } from '../../src/core/state.ts';
import { passphraseProblem } from '../accounts/common-passphrases.ts';
import type { Lane } from '../accounts/fair-queue.ts';
import type { Attempt } from '../accounts/login-throttle.ts';
import type { Proof } from '../accounts/second-factors.ts';
import type { Opened, Session, Sessions } from '../accounts/sessions.ts';
import { nameProblem } from '../accounts/user-names.ts';
import type { SessionInfo } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { type Call, route } from './route.ts';
import { knownPassphrase, newName, newPassphrase, sessionInfo, signedIn } from './schemas/accounts.ts';
import { acted, list, nothing, text } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Information for the pages before sign-in. */
const signInInfo = z.strictObject({
  site: z.string(),
  transport: z.enum(['loopback', 'tls']),
  fingerprint: z.string().optional().describe('SHA-256 of the certificate of the server, colon-separated hexadecimal'),
  setup: z.boolean().describe('true if there is no user yet: the setup token from the console creates the first one'),
  identity: z.string().optional().describe('name of the identity provider, if users can sign in by one'),
  closed: z
    .strictObject({ reason: z.string(), commands: list(z.string()) })
    .optional()
    .describe('set when sign-in is closed because the accounts were lost; the commands reopen it'),
  codes: z.literal(true).optional().describe('set if some accounts need a code of an authenticator'),
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
    handler: ({ session }, services) => {
      const { view, users, setup, closed, transport, fingerprint, identity, secondFactors } = services;
      return {
        site: view.site.name,
        transport,
        setup: setup !== undefined && users.list().length === 0,
        ...(identity === undefined ? {} : { identity: identity.config.name }),
        ...(closed === undefined ? {} : { closed }),
        ...(fingerprint === undefined ? {} : { fingerprint }),
        ...(secondFactors.areUsed ? { codes: true as const } : {}),
        ...(session === undefined ? {} : { session: infoOf(session, services) }),
      };
    },
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
      const user: User = { id: randomUUID(), name, role: 'admin', passphraseHash, createdAt: view.clock.now(), disabled: false };
      users.add(user);
      const info = signIn(user, call, services);
      record(services, { role: 'admin', user: name, address: call.address }, 'user.created', name, { after: 'admin' });
      return info;
    },
  }),

  'POST /api/login': route({
    permission: 'anybody',
    summary: 'Signs in.',
    input: z.strictObject({
      name: z.string().normalize('NFC').max(64),
      passphrase: knownPassphrase,
      code: z
        .string()
        .max(64)
        .optional()
        .describe('code of the authenticator or a recovery code, if the user has a second factor'),
    }),
    answer: signedIn,
    handler: async (call, services) => {
      const { users, throttle, passphrases, devices, secondFactors, closed } = services;
      if (closed !== undefined) throw signInIsClosed(closed);
      const { name, passphrase, code = '' } = call.input;
      const claimed = users.find(name);
      const isKnown = call.device !== undefined && claimed !== undefined && devices.isKnownTo(call.device, claimed);
      const device = isKnown ? `${call.device.id} ${name}` : undefined;
      const factorOf = claimed !== undefined && secondFactors.fits(claimed, code) ? name : undefined;
      const attempt = throttle.begin({ address: call.network, name, device, factorOf });
      const known = factorOf === undefined ? device : `second factor of ${factorOf}`;
      const lane: Lane = known === undefined ? { key: call.network, isKnown: false } : { key: known, isKnown: true };
      let user: User | undefined;
      let proof: Proof | undefined;
      const { isRight, lockedMs } = await verified(attempt, async () => {
        const isPassphrase = await passphrases.verify(passphrase, claimed?.passphraseHash, lane);
        // read again: the user may have been removed or changed in the meantime
        user = users.find(name);
        if (!isPassphrase || user?.passphraseHash !== claimed?.passphraseHash || user?.disabled !== false) return false;
        proof = secondFactors.prove(user, code);
        return proof !== undefined;
      });
      if (!isRight || user === undefined) {
        recordFailure(services, name, call.address, lockedMs);
        // the same answer for each of them, so that a guess of the passphrase cannot be confirmed
        throw new ApiError(
          'credentials',
          secondFactors.areUsed ? 'The name, the passphrase or the code is wrong.' : 'The name or the passphrase is wrong.',
        );
      }
      return signIn(user, call, services, proof === 'none' || proof === undefined ? {} : { after: `with a ${proof}` });
    },
  }),

  'POST /api/logout': route({
    permission: 'view',
    whileEnrolling: true,
    summary: 'Signs out.',
    input: nothing,
    answer: acted({ leaveAt: z.string().optional().describe('address that ends the session at the identity provider') }),
    handler: async ({ session, setSecret, page }, services) => {
      record(services, actorOf(session), 'session.closed', session.user);
      services.sessions.end(session);
      setSecret(undefined);
      const leaveAt = session.provider !== undefined ? await services.identity?.signOutAddress(page) : undefined;
      return leaveAt === undefined ? {} : { leaveAt };
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

export function record(
  { audit, view }: Services,
  actor: Actor & Pick<AuditEntry, 'address'>,
  action: string,
  object: string,
  more: Pick<AuditEntry, 'after' | 'reason'> = {},
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

function signIn(
  user: User,
  call: Call<unknown, 'anybody'>,
  services: Services,
  more: Pick<AuditEntry, 'after'> = {},
): SessionInfo {
  const info = enter(call, services, (sessions) => sessions.open(user, call.address), more);
  call.setDevice(services.devices.remember(call.device, user));
  return info;
}

/** Opens a session in place of the browser's present one. A sign-in that cannot be recorded is refused. */
export function enter(
  call: Call<unknown, 'anybody'>,
  services: Services,
  open: (sessions: Sessions) => Opened,
  more: Pick<AuditEntry, 'after'> = {},
): SessionInfo {
  const { session: before, address, setSecret } = call;
  const { sessions, logger } = services;
  // a browser never keeps a secret from before the sign-in (session fixation)
  if (before !== undefined) sessions.end(before);
  const { session, secret } = open(sessions);
  try {
    record(services, { ...actorOf(session), address }, 'session.opened', session.user, more);
  } catch (error) {
    sessions.end(session);
    throw error;
  }
  setSecret(secret);
  logger.info('session opened', { session: session.number, role: session.role });
  return infoOf(session, services);
}

function infoOf(session: Session, { sessions, secondFactors }: Services): SessionInfo {
  return { ...sessions.info(session), ...(secondFactors.isMissing(session) ? { mustEnrol: true } : {}) };
}

export const signInIsClosed = ({ reason, commands }: SignInClosed): ApiError =>
  new ApiError('unavailable', `Sign-in is closed. ${reason}`, {
    hint:
      commands.length === 0
        ? 'Repair the disk or its mount, and start scadawatch again.'
        : `Stop scadawatch, run one of these commands, and start scadawatch again: ${commands.join('; ')}`,
  });
