import { z } from 'zod';
import { isAllowed } from '../../src/core/access.ts';
import { federatedPerson } from '../../src/core/person.ts';
import type { Attempt } from '../accounts/login-throttle.ts';
import { federatedName, type Identity } from '../accounts/identity-provider.ts';
import { ApiError } from '../protocol/api-error.ts';
import { type Call, route } from './route.ts';
import { signedIn } from './schemas/accounts.ts';
import { acted, nothing } from './schemas/parts.ts';
import type { Services } from './services.ts';
import { enter, lockText, record } from './sign-in.ts';

type Returning = Call<{ readonly query: string }, 'anybody'>;

/** Most groups of a refused user in the audit trail. */
const shownGroups = 10;

/** Sign-in by an identity provider. The browser returns to the page itself, which sends the answer of the provider. */
export const identityRoutes = {
  'POST /api/identity/begin': route({
    permission: 'anybody',
    summary: 'Begins a sign-in at the identity provider, and returns its address.',
    input: nothing,
    answer: acted({ location: z.string() }),
    handler: async ({ page, setPending }, services) => {
      const { location, pending } = await providerOf(services).begin(page);
      setPending(pending);
      return { location };
    },
  }),

  'POST /api/identity/finish': route({
    permission: 'anybody',
    summary: 'Signs in by the answer of the identity provider.',
    input: z.strictObject({ query: z.string().min(1).max(4096).describe('query part of the address, with code and state') }),
    answer: signedIn,
    handler: async (call, services) => {
      const provider = providerOf(services);
      const attempt = services.throttle.begin({ address: call.network });
      const identity = await identityOf(call, services, attempt);
      const name = federatedName(identity);
      const role = provider.roleOf(identity);
      if (role === undefined) {
        const groups = identity.groups.slice(0, shownGroups).map((group) => JSON.stringify(group.slice(0, 60)));
        const reason = `no role for the groups ${groups.length === 0 ? '(none)' : groups.join(', ')}`;
        refused(call, services, attempt, { name, reason });
        revokeTokens(call, services, identity, 'the creator has no role at the identity provider any more');
        throw new ApiError('refused', 'None of your groups has a role in scadawatch.', {
          hint: 'Ask an administrator to add one of your groups to dashboard.identity.roles.',
        });
      }
      attempt.succeeded();
      if (!isAllowed(role, 'manage-users'))
        revokeTokens(call, services, identity, 'the creator has another role at the identity provider');
      const user = { ...identity, user: name, role, provider: provider.settings };
      return enter(call, services, (sessions) => sessions.openFederated(user, call.address), {
        after: `by ${identity.issuer}`,
      });
    },
  }),
};

/** The user that the provider names. Each pending sign-in is used once. */
async function identityOf(call: Returning, services: Services, attempt: Attempt): Promise<Identity> {
  call.setPending(undefined);
  try {
    return await providerOf(services).finish(call.input.query, call.pending);
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.body.code === 'refused')
      refused(call, services, attempt, { name: '', reason: thrown.message });
    else attempt.abandoned();
    throw thrown;
  }
}

function refused(
  { address }: Returning,
  services: Services,
  attempt: Attempt,
  { name, reason }: { readonly name: string; readonly reason: string },
): void {
  record(services, { role: 'nobody', address }, 'session.refused', name, { ...lockText(attempt.failed()), reason });
  services.failures.failed();
}

/** Ends the tokens of a user who has lost the right to create them. */
function revokeTokens({ address }: Returning, services: Services, identity: Identity, reason: string): void {
  for (const name of services.tokens.revokeAllOf(federatedPerson(identity)))
    record(services, { role: 'monitor', session: 'monitor', address }, 'token.revoked', name, { reason });
}

function providerOf({ identity }: Services): NonNullable<Services['identity']> {
  if (identity === undefined)
    throw new ApiError('not-found', 'No identity provider is configured.', { hint: 'Sign in with a local account.' });
  return identity;
}
