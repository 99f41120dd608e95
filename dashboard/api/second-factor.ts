import { z } from 'zod';
import type { Session } from '../accounts/sessions.ts';
import { ApiError } from '../protocol/api-error.ts';
import { refuseFederated, refusedByOwner } from './account.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { knownPassphrase } from './schemas/accounts.ts';
import { acted, list } from './schemas/parts.ts';
import { verified } from './sign-in.ts';

const code = z.string().max(64);

/** Routes for the second factor of the own account. */
export const secondFactorRoutes = {
  'POST /api/account/second-factor/begin': route({
    permission: 'view',
    whileEnrolling: true,
    summary: 'Creates the key of a second factor. It takes effect when a code confirms it.',
    input: z.strictObject({
      passphrase: knownPassphrase,
      code: code.optional().describe('present code or recovery code, if the user has a second factor already'),
    }),
    answer: acted({ key: z.string().describe('base32'), uri: z.string().describe('otpauth address for a QR code') }),
    handler: async ({ input, session, address, network }, services) => {
      refuseFederated(session);
      const { users, passphrases, throttle, secondFactors } = services;
      const name = session.user;
      const attempt = throttle.begin({ address: network, name, device: deviceOf(session) });
      const { isRight, lockedMs } = await verified(attempt, async () => {
        const hash = users.find(name)?.passphraseHash;
        const isPassphrase = await passphrases.verify(input.passphrase, hash, { key: name, isKnown: true });
        const user = users.find(name);
        if (!isPassphrase || user === undefined || user.passphraseHash !== hash) return false;
        return secondFactors.prove(user, input.code ?? '') !== undefined;
      });
      if (!isRight) throw refusedByOwner(services, session, { address, lockedMs, action: 'user.second-factor-refused' });
      return secondFactors.begin(session);
    },
  }),

  'POST /api/account/second-factor/confirm': route({
    permission: 'view',
    whileEnrolling: true,
    summary: 'Confirms the key by a code, ends the other sessions of the user, and returns the recovery codes once.',
    input: z.strictObject({ code }),
    answer: acted({ recoveryCodes: list(z.string()) }),
    handler: ({ input, session, network }, { view, audit, sessions, secondFactors, throttle }) => {
      refuseFederated(session);
      const attempt = throttle.begin({ address: network, name: session.user, device: deviceOf(session) });
      const recoveryCodes = secondFactors.confirm(session, input.code);
      if (recoveryCodes === undefined) {
        attempt.failed();
        throw new ApiError('refused', 'The code is wrong, or the set-up took too long.', {
          hint: 'Check the clock of the authenticator, or begin again.',
        });
      }
      attempt.succeeded();
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'user.second-factor-added', object: session.user });
      sessions.endAllOf(session.person, session);
      return { recoveryCodes };
    },
  }),
};

/** The own session counts as a device, so that guesses of others do not lock the user out. */
const deviceOf = ({ user }: Session): string => `session of ${user}`;
