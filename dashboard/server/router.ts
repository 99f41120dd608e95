import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { isAllowed, permissions, rolesText } from '../../src/core/access.ts';
import type { Logger } from '../../src/core/plugin.ts';
import type { Session } from '../accounts/sessions.ts';
import type { Needs, Route, Services } from '../api/index.ts';
import { zodOf } from '../api/schemas/parts.ts';
import { groupOf } from '../protocol/token-groups.ts';
import { ApiError, toApiError } from '../protocol/api-error.ts';
import { networkOf } from './client-address.ts';
import type { Gate } from './gate.ts';
import { sendEvents } from './send-events.ts';

const bodyBytes = 16 * 1024;

export interface RouterOptions {
  readonly gate: Gate;
  /** Its `saving` decides the answer to an action: it is on disk, or marked as not saved. */
  readonly services: Services;
}

/**
 * Registers routes. Each request passes host, session, permission, rate and input schema, in this order, before its handler sees it.
 * @throws TypeError for a route without a known permission
 */
export function registerRoutes(app: Router, routes: Readonly<Record<string, Route>>, { gate, services }: RouterOptions): void {
  const bodyReader = (limit: number) => express.json({ limit, strict: true, type: 'application/json' });
  const readBody = bodyReader(bodyBytes);
  for (const [name, route] of Object.entries(routes)) {
    if (!isDecided(route.permission)) throw new TypeError(`the route ${name} has no permission`);
    const [method = '', path = ''] = name.split(' ');
    const isAct = method === 'POST';
    const run = endpoint(isAct, route, gate, services);
    const guard = (request: Request, response: Response, next: NextFunction): void => {
      admit(isAct, route, request, response, gate);
      next();
    };
    if (isAct) app.post(path, guard, route.bodyBytes === undefined ? readBody : bodyReader(route.bodyBytes), run);
    else app.get(path, guard, run);
  }
  app.use('/api', (request: Request) => {
    if (gate.sessionOf(request) === undefined) throw new ApiError('unauthenticated', 'You are not signed in. Sign in first.');
    throw new ApiError('not-found', 'This route does not exist.');
  });
}

const isDecided = (needs: Needs): boolean => needs === 'anybody' || Object.hasOwn(permissions, needs);

/** Answers errors of handlers and pages. Registered last, because Express shows a stack trace for unhandled errors. */
export function answerErrors(app: Express, logger: Logger): void {
  app.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(thrown);
    const error = toApiError(thrown) ?? fromExpress(thrown);
    if (error === undefined) logger.error('request failed', { path: request.path, error: String(thrown) });
    const { status, body } = error ?? new ApiError('internal', 'The server failed to answer. The cause is in its log.');
    response.status(status).json(body);
  });
}

/** Throws unless the permission of the route allows the request. */
function admit(isAct: boolean, route: Route, request: Request, response: Response, gate: Gate): void {
  const { permission: needs, whileEnrolling = false } = route;
  const isByToken = gate.isByToken(request);
  if (isAct && !isByToken && !gate.isFromAllowedOrigin(request)) {
    throw new ApiError('forbidden', 'This request is not from a page of this dashboard.', {
      hint: 'Use the dashboard by its own address, or add this address to dashboard.origins.',
    });
  }
  const session = gate.sessionOf(request);
  if (isByToken) admitToken(request, session, gate);
  if (needs !== 'anybody') {
    if (session === undefined) throw new ApiError('unauthenticated', 'You are not signed in. Sign in first.');
    if (!whileEnrolling && gate.mustEnrol(session))
      throw new ApiError('forbidden', 'Your role needs a second factor. Set it up first.');
    if (!isAllowed(session.role, needs)) throw new ApiError('forbidden', `Needs role ${rolesText(needs)}.`, { needs });
  }
  if (!isInTime(isAct, request, response, session, gate)) {
    throw new ApiError('too-many', 'Too many requests. Try again in a second.', { retryAfterMs: 1000 });
  }
}

/** Throws unless the token is valid and may use the route. */
function admitToken(request: Request, session: Session | undefined, gate: Gate): void {
  if (session === undefined) {
    if (!gate.countRefusedToken(request))
      throw new ApiError('too-many', 'Too many requests. Try again in a second.', { retryAfterMs: 1000 });
    throw new ApiError('unauthenticated', 'The API token is wrong, revoked or expired.', {
      hint: 'Ask an administrator for a new one.',
    });
  }
  const group = groupOf(request.path);
  if (group === undefined || session.token?.groups.includes(group) !== true)
    throw new ApiError('forbidden', 'This API token is not valid for this route.', {
      hint: group === undefined ? 'Only people may use this route.' : `It needs the group ${group}.`,
    });
}

function isInTime(isAct: boolean, request: Request, response: Response, session: Session | undefined, gate: Gate): boolean {
  if (session !== undefined) return gate.countRequest(request, session, response);
  // public reads cost no more than a refusal, and a flood of them must not prevent sign-ins
  return !isAct || gate.maySignInNow(request);
}

function endpoint(isAct: boolean, route: Route, gate: Gate, services: Services) {
  return async (request: Request, response: Response): Promise<void> => {
    const parsed = zodOf(route.input).safeParse(isAct ? request.body : queryOf(route, request));
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
      throw new ApiError('invalid', problems.join('; '));
    }
    const session = gate.sessionOf(request);
    if (isAct && session !== undefined) gate.sessions.touch(session);
    const address = gate.addressOf(request);
    const respond = (signal: AbortSignal) =>
      route.handler(
        {
          input: parsed.data,
          session,
          address,
          network: networkOf(address),
          signal,
          device: gate.deviceOf(request),
          setSecret: (secret) => gate.setSecret(request, response, secret),
          setDevice: (cookie) => gate.setDevice(request, response, cookie),
          page: gate.pageOf(request),
          pending: gate.pendingOf(request),
          setPending: (sealed) => gate.setPending(request, response, sealed),
        },
        services,
      );
    if (route.isStream === true) {
      await gate.inFlight(response, async (signal) => sendEvents(response, respond(signal) as AsyncIterable<string>, signal));
      return;
    }
    const answer = await gate.inFlight(response, respond);
    response.json(isAct && !(await services.saving.settled()) ? { ...(answer as object), notSaved: true } : answer);
  };
}

/** Query of a GET. A client of server-sent events states its position by a header when it connects again. */
function queryOf({ isStream }: Route, request: Request): unknown {
  const last = request.get('last-event-id');
  return isStream === true && last !== undefined && last !== '' ? { ...request.query, after: last } : request.query;
}

/** Converts errors of Express and its parsers, which have a status of their own. */
function fromExpress(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return undefined;
  if (thrown.status < 400 || thrown.status >= 500) return undefined;
  const what =
    thrown instanceof URIError ? 'The address cannot be decoded.' : 'The body of the request is not JSON or is too long.';
  return new ApiError('invalid', what);
}
