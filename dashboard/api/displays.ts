import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { WallDisplay } from '../../src/core/state.ts';
import { sameHash, sha256 } from '../accounts/secrets.ts';
import { displayUser } from '../accounts/sessions.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { route } from './route.ts';
import { newName, openSession, signedIn, userAct } from './schemas/accounts.ts';
import { acted, done, list, nothing, text } from './schemas/parts.ts';
import type { Services } from './services.ts';
import { enter, lockText, signInIsClosed } from './sign-in.ts';

const displayInfo = z.strictObject({ name: z.string(), createdAt: z.number(), sessions: list(openSession) });
export type DisplayInfo = z.infer<typeof displayInfo>;

const mostDisplays = 50;

/** Routes for wall displays. A token is shown once, and only its hash is stored. */
export const displayRoutes = {
  'GET /api/displays': route({
    permission: 'manage-users',
    summary: 'Returns the wall displays with their open sessions.',
    input: nothing,
    answer: z.strictObject({ displays: list(displayInfo) }),
    handler: ({ session }, { displays, sessions }) => ({
      displays: displays.list().map(({ name, createdAt }) => ({
        name,
        createdAt,
        sessions: sessions.listOf(displayUser(name), session),
      })),
    }),
  }),

  'POST /api/displays/add': route({
    permission: 'manage-users',
    summary: 'Adds a wall display and returns its token, which is not shown again.',
    input: z.strictObject({ name: newName }),
    answer: acted({ token: z.string() }),
    handler: ({ input: { name }, session }, { displays, audit, view }) => {
      if (displays.list().length >= mostDisplays)
        throw new ApiError('conflict', `There are ${mostDisplays} wall displays already.`, {
          hint: 'Revoke one that is no longer used.',
        });
      const token = randomBytes(32).toString('base64url');
      try {
        displays.add({ name, tokenHash: sha256(token).toString('base64'), createdAt: view.clock.now() });
      } catch (thrown) {
        throw refusal(thrown);
      }
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'display.created', object: name });
      return { token };
    },
  }),

  'POST /api/displays/revoke': route({
    permission: 'manage-users',
    summary: 'Removes a wall display and ends its sessions.',
    input: userAct,
    answer: done,
    handler: ({ input: { name, reason }, session }, { displays, sessions, audit, view }) => {
      if (!displays.list().some((one) => one.name === name))
        throw new ApiError('not-found', `Wall display ${name} does not exist.`);
      displays.remove(name);
      audit.append({ time: view.clock.now(), ...actorOf(session), action: 'display.revoked', object: name, reason });
      sessions.endAllOf(displayUser(name));
      return {};
    },
  }),

  'POST /api/display': route({
    permission: 'anybody',
    summary: 'Opens the session of a wall display by its token.',
    input: z.strictObject({ token: text }),
    answer: signedIn,
    handler: (call, services) => {
      const { throttle, audit, view, failures, closed } = services;
      if (closed !== undefined) throw signInIsClosed(closed);
      const { address, network } = call;
      const attempt = throttle.begin({ address: network });
      const display = displayOf(services, call.input.token);
      if (display === undefined) {
        const entry = { time: view.clock.now(), role: 'nobody', address, action: 'display.refused', object: '' };
        audit.append({ ...entry, ...lockText(attempt.failed()) });
        failures.failed();
        throw new ApiError('credentials', 'The link of this wall display is invalid or revoked.', {
          hint: 'Ask an administrator for a new one.',
        });
      }
      attempt.succeeded();
      return enter(call, services, (sessions) => sessions.openDisplay(display.name, address));
    },
  }),
};

function displayOf({ displays }: Services, token: string): WallDisplay | undefined {
  const hash = sha256(token);
  return displays.list().find(({ tokenHash }) => sameHash(Buffer.from(tokenHash, 'base64'), hash));
}
