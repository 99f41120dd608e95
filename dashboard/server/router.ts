import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { isAllowed, type Permission, rolesText } from '../../src/core/access.ts';
import type { Logger } from '../../src/core/plugin.ts';
import type { StateSaving } from '../../src/core/state.ts';
import { type Api, type Needs, type RouteName, routePermissions } from '../protocol.ts';
import { ApiError, toApiError } from './api-error.ts';
import type { Gate } from './gate.ts';
import type { Device } from './known-devices.ts';
import { type Input, inputSchemas } from './schemas.ts';
import type { Session } from './sessions.ts';

/** One request that has passed the permissions table and its schema. */
export interface Call<Route extends RouteName> {
  readonly input: Input<Route>;
  /** Ensured by `admit` for each route that requires a permission. */
  readonly session: (typeof routePermissions)[Route] extends Permission ? Session : Session | undefined;
  readonly address: string;
  /** The device, if a user has signed in on it before. */
  readonly device: Device | undefined;
  /** Aborts when the browser disconnects or the server stops. */
  readonly signal: AbortSignal;
  /** Sets the secret of a session as a cookie, or removes it. */
  readonly setSecret: (secret: string | undefined) => void;
  /** Sets the cookie of a known device. */
  readonly setDevice: (cookie: string) => void;
}

export type Handler<Route extends RouteName> = (call: Call<Route>) => Api[Route]['answer'] | Promise<Api[Route]['answer']>;

/** A handler for every route of the protocol. A missing or unknown one does not compile. */
export type Handlers = { readonly [Route in RouteName]: Handler<Route> };

const bodyBytes = 16 * 1024;

export interface RouterOptions {
  readonly gate: Gate;
  /** An action is answered when it is on disk, or marked as not saved. */
  readonly saving: StateSaving;
}

/**
 * Registers only the routes of the permissions table: a handler without an entry there is never reached.
 * Each request passes host, session, permission, rate, and schema, in this order, before its handler sees it.
 */
export function registerRoutes(app: Router, handlers: Handlers, { gate, saving }: RouterOptions): void {
  const readBody = express.json({ limit: bodyBytes, strict: true, type: 'application/json' });
  for (const route of Object.keys(routePermissions) as RouteName[]) {
    const [method, path = ''] = route.split(' ');
    const run = endpoint(route, handlers[route] as Handler<RouteName>, gate, saving);
    const guard = (request: Request, response: Response, next: NextFunction): void => {
      admit(route, routePermissions[route], request, response, gate);
      next();
    };
    if (method === 'POST') app.post(path, guard, readBody, run);
    else app.get(path, guard, run);
  }
  app.use('/api', (request: Request) => {
    if (gate.sessionOf(request) === undefined) throw new ApiError('unauthenticated', 'You are not signed in. Sign in first.');
    throw new ApiError('not-found', 'This route does not exist.');
  });
}

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

/** Throws unless the permissions table allows the request. */
function admit(route: RouteName, needs: Needs, request: Request, response: Response, gate: Gate): void {
  if (route.startsWith('POST ') && !gate.isFromAllowedOrigin(request)) {
    throw new ApiError('forbidden', 'This request is not from a page of this dashboard.', {
      hint: 'Use the dashboard by its own address, or add this address to dashboard.origins.',
    });
  }
  const session = gate.sessionOf(request);
  if (needs !== 'anybody') {
    if (session === undefined) throw new ApiError('unauthenticated', 'You are not signed in. Sign in first.');
    if (!isAllowed(session.role, needs)) throw new ApiError('forbidden', `Needs role ${rolesText(needs)}.`, { needs });
  }
  if (!isInTime(route, request, response, session, gate)) {
    throw new ApiError('too-many', 'Too many requests. Try again in a second.', { retryAfterMs: 1000 });
  }
}

function isInTime(route: RouteName, request: Request, response: Response, session: Session | undefined, gate: Gate): boolean {
  if (session !== undefined) return gate.mayAskNow(request, session, response);
  // public reads cost no more than a refusal, and a flood of them must not prevent sign-ins
  return route.startsWith('GET ') || gate.maySignInNow(request);
}

function endpoint(route: RouteName, handler: Handler<RouteName>, gate: Gate, saving: StateSaving) {
  return async (request: Request, response: Response): Promise<void> => {
    const isAct = route.startsWith('POST ');
    const parsed = inputSchemas[route].safeParse(isAct ? request.body : request.query);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
      throw new ApiError('invalid', problems.join('; '));
    }
    const session = gate.sessionOf(request);
    if (isAct && session !== undefined) gate.sessions.touch(session);
    const answer = await gate.inFlight(response, (signal) =>
      handler({
        input: parsed.data as Input<RouteName>,
        session,
        address: gate.addressOf(request),
        signal,
        device: gate.deviceOf(request),
        setSecret: (secret) => gate.setSecret(request, response, secret),
        setDevice: (cookie) => gate.setDevice(request, response, cookie),
      }),
    );
    response.json(isAct && !(await saving.settled()) ? { ...answer, notSaved: true } : answer);
  };
}

/** Converts errors of Express and its parsers, which have a status of their own. */
function fromExpress(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return undefined;
  if (thrown.status < 400 || thrown.status >= 500) return undefined;
  const what =
    thrown instanceof URIError ? 'The address cannot be decoded.' : 'The body of the request is not JSON or is too long.';
  return new ApiError('invalid', what);
}
