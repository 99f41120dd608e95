import { z } from 'zod';
import { mostFederatedTokenDays, mostTokenDays, mostTokens, newApiToken } from '../accounts/api-tokens.ts';
import { tokenGroupNames } from '../protocol/token-groups.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { newName, userAct } from './schemas/accounts.ts';
import { acted, done, list, nothing, role } from './schemas/parts.ts';

const group = z.enum(tokenGroupNames);
const tokenInfo = z.strictObject({
  name: z.string(),
  role,
  groups: list(z.string()),
  createdAtWall: z.number(),
  createdBy: z.string(),
  expiresAtWall: z.number(),
  lastUsedAtWall: z.number().optional().describe('to the minute; missing before the first use'),
  isExpired: z.boolean().describe('true if it is over: expired, or its creator may not create tokens any more'),
});
export type TokenInfo = z.infer<typeof tokenInfo>;

/** Routes for API tokens of programs. A token is shown once, and only its hash is stored. */
export const tokenRoutes = {
  'GET /api/tokens': route({
    permission: 'manage-users',
    summary: 'Returns the API tokens.',
    input: nothing,
    answer: z.strictObject({ tokens: list(tokenInfo) }),
    handler: (_call, { apiTokens, tokens }) => ({
      tokens: apiTokens.list().map((one) => ({
        name: one.name,
        role: one.role,
        groups: one.groups,
        createdAtWall: one.createdAt,
        createdBy: one.createdBy,
        expiresAtWall: one.expiresAt,
        ...(one.lastUsedAt === undefined ? {} : { lastUsedAtWall: one.lastUsedAt }),
        isExpired: tokens.isOver(one),
      })),
    }),
  }),

  'POST /api/tokens/add': route({
    permission: 'manage-users',
    summary: 'Creates an API token and returns it; it is not shown again.',
    input: z.strictObject({
      name: newName,
      role,
      groups: z.array(group).min(1).max(tokenGroupNames.length),
      days: z.int().min(1).max(mostTokenDays).describe('validity, days'),
    }),
    answer: acted({ token: z.string() }),
    handler: ({ input, session }, { apiTokens, tokens, audit, view }) => {
      if (apiTokens.list().length >= mostTokens)
        throw new ApiError('conflict', `There are ${mostTokens} API tokens already.`, {
          hint: 'Revoke one that is no longer used.',
        });
      if (session.provider !== undefined && input.days > mostFederatedTokenDays)
        throw new ApiError(
          'invalid',
          `A token of a user of the identity provider is valid for at most ${mostFederatedTokenDays} days.`,
        );
      const { token, stored } = newApiToken({ ...input, createdBy: session.user, person: session.person }, tokens.now);
      try {
        apiTokens.add(stored);
      } catch (thrown) {
        throw refusal(thrown);
      }
      const after = `${input.role}, ${input.groups.join(', ')}, ${input.days} days`;
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'token.created', object: input.name, after });
      return { token };
    },
  }),

  'POST /api/tokens/revoke': route({
    permission: 'manage-users',
    summary: 'Revokes an API token; it is refused from then on.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, { apiTokens, audit, view }) => {
      if (!apiTokens.list().some((one) => one.name === name))
        throw new ApiError('not-found', `The API token ${name} does not exist.`);
      apiTokens.remove(name);
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'token.revoked', object: name, reason });
      return {};
    },
  }),
};
