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
  /** Made sure of by `admit`: there is one wherever the permissions table asks for a permission. */
  readonly session: (typeof routePermissions)[Route] extends Permission ? Session : Session | undefined;
  readonly address: string;
  /** The browser, if somebody has signed in there before. */
  readonly device: Device | undefined;
  /** Aborts when the browser goes away or the server stops. */
  readonly signal: AbortSignal;
  /** Gives the browser the secret of a session, or takes it away. */
  readonly setSecret: (secret: string | undefined) => void;
  /** Marks the browser as a known device. */
  readonly setDevice: (cookie: string) => void;
}

export type Handler<Route extends RouteName> = (call: Call<Route>) => Api[Route]['answer'] | Promise<Api[Route]['answer']>;

/** A handler for every route of the protocol: one that is missing, or one that is not in the protocol, does not compile. */
export type Handlers = { readonly [Route in RouteName]: Handler<Route> };

const bodyBytes = 16 * 1024;

export interface RouterOptions {
  readonly gate: Gate;
  /** An act is answered when it is on disk, or as not saved. */
  readonly saving: StateSaving;
}

/**
 * Registers the routes of the permissions table, and nothing else: a handler without an entry there is never reached.
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
    if (gate.sessionOf(request) === undefined) throw new ApiError('unauthenticated', 'Sign in first.');
    throw new ApiError('not-found', 'There is no such route.');
  });
}

/** Answers whatever a handler or a page throws. It stands last: Express shows a stack trace for errors that nothing handles. */
export function answerErrors(app: Express, logger: Logger): void {
  app.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(thrown);
    const error = toApiError(thrown) ?? fromExpress(thrown);
    if (error === undefined) logger.error('request failed', { path: request.path, error: String(thrown) });
    const { status, body } = error ?? new ApiError('internal', 'The server could not answer this; the cause is in its log.');
    response.status(status).json(body);
  });
}

/** Fails closed: throws unless the table lets this request through. */
function admit(route: RouteName, needs: Needs, request: Request, response: Response, gate: Gate): void {
  if (route.startsWith('POST ') && !gate.isFromAllowedOrigin(request)) {
    throw new ApiError('forbidden', 'This request does not come from a page of this dashboard.', {
      hint: 'Open the dashboard by its own address, or add yours to dashboard.origins.',
    });
  }
  const session = gate.sessionOf(request);
  if (needs !== 'anybody') {
    if (session === undefined) throw new ApiError('unauthenticated', 'Sign in first.');
    if (!isAllowed(session.role, needs)) throw new ApiError('forbidden', `Needs role ${rolesText(needs)}.`, { needs });
  }
  if (!isInTime(route, request, response, session, gate)) {
    throw new ApiError('too-many', 'Too many requests.', { retryAfterMs: 1000 });
  }
}

function isInTime(route: RouteName, request: Request, response: Response, session: Session | undefined, gate: Gate): boolean {
  if (session !== undefined) return gate.mayAskNow(request, session, response);
  // what anybody may read costs no more than a refusal, and a flood of it must keep nobody from signing in
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

/** What Express and its parsers throw carries a status of its own. */
function fromExpress(thrown: unknown): ApiError | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number') return undefined;
  if (thrown.status < 400 || thrown.status >= 500) return undefined;
  const what =
    thrown instanceof URIError ? 'The address cannot be decoded.' : 'The body of the request is not JSON, or is too long.';
  return new ApiError('invalid', what);
}
