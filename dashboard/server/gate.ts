import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/core/clock.ts';
import { type ClientAddresses, networkOf } from './client-address.ts';
import { Lru } from '../../src/core/lru.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';
import { type Device, deviceMaxAgeMs, type KnownDevices } from '../accounts/known-devices.ts';
import type { ApiTokens } from '../accounts/api-tokens.ts';
import { pendingMs } from '../accounts/identity-provider.ts';
import type { SecondFactors } from '../accounts/second-factors.ts';
import type { Session, Sessions } from '../accounts/sessions.ts';
import type { SignInWatch } from '../accounts/sign-in-watch.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Sign-ins of one address or one known device. */
const signIns = { perSecond: 10, burst: 40, remembered: 10_000 };

export interface GateOptions {
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly tokens: ApiTokens;
  readonly failures: SignInWatch;
  /** The first one is the dashboard's own. */
  readonly origins: readonly string[];
  readonly port: number;
  readonly secure: boolean;
  /** Path below which everything is served, without a slash at its end; empty at the root. */
  readonly basePath: string;
  readonly addresses: ClientAddresses;
  readonly sockets: SocketLimits;
  readonly devices: KnownDevices;
  readonly cookieMaxAgeMs: number;
  readonly wallClock: Clock;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** Checks origin, session and rate of a request or an upgrade. */
export class Gate {
  readonly sessions: Sessions;
  readonly #options: GateOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #cookie: string;
  readonly #deviceCookie: string;
  readonly #pendingCookie: string;
  readonly #signIns = new Lru<string, TokenBucket>(2 * signIns.remembered);
  readonly #work = new Set<Promise<unknown>>();

  constructor(options: GateOptions) {
    this.sessions = options.sessions;
    this.#options = options;
    this.#hosts = new Set(options.origins.map((origin) => new URL(origin).host));
    // cookies ignore the port: two dashboards on one machine must not overwrite each other's session
    // `__Host-` requires the path `/`
    const prefix = options.secure ? (options.basePath === '' ? '__Host-' : '__Secure-') : '';
    this.#cookie = `${prefix}scadawatch-${options.port}`;
    this.#deviceCookie = `${prefix}scadawatch-device-${options.port}`;
    this.#pendingCookie = `${prefix}scadawatch-pending-${options.port}`;
  }

  get basePath(): string {
    return this.#options.basePath;
  }

  /** Name of the cookie that holds the secret of a session. */
  get cookieName(): string {
    return this.#cookie;
  }

  /** Address of the client, also behind a trusted proxy. */
  addressOf(request: IncomingMessage): string {
    return this.#options.addresses.of(request);
  }

  /** The device, if a user has signed in on it before. */
  deviceOf(request: IncomingMessage): Device | undefined {
    return this.#options.devices.read(cookieOf(request, this.#deviceCookie));
  }

  /** Address of the dashboard as the browser uses it, with a slash at its end. */
  pageOf(request: IncomingMessage): string {
    const origin = this.isFromAllowedOrigin(request) ? request.headers.origin : this.#options.origins[0];
    return `${origin ?? ''}${this.#options.basePath}/`;
  }

  /** Sign-in at the identity provider that this browser has begun, sealed. */
  pendingOf(request: IncomingMessage): string | undefined {
    return cookieOf(request, this.#pendingCookie);
  }

  /** False for a foreign host name that resolves to this address (DNS rebinding). */
  isForThisHost(request: IncomingMessage): boolean {
    return this.#hosts.has(request.headers.host ?? '');
  }

  /** Browsers send the origin with every POST and every websocket; a request without one is not from a page of the dashboard. */
  isFromAllowedOrigin(request: IncomingMessage): boolean {
    return this.#options.origins.includes(request.headers.origin ?? '');
  }

  /** The session of a person by its cookie, or of a program by its token. A token that is not valid never falls back to a cookie. */
  sessionOf(request: IncomingMessage): Session | undefined {
    const token = bearerOf(request);
    if (token !== undefined) return this.#options.tokens.find(token, this.addressOf(request));
    const secret = cookieOf(request, this.#cookie);
    return secret === undefined ? undefined : this.sessions.find(secret);
  }

  /** True if the request has a token; browsers never add one by themselves. */
  isByToken(request: IncomingMessage): boolean {
    return bearerOf(request) !== undefined;
  }

  /** Counts a token that is not valid. False if there were too many from one address. */
  countRefusedToken(request: IncomingMessage): boolean {
    this.#options.failures.failed();
    return this.maySignInNow(request);
  }

  /** True if the user must set up a second factor before anything else. */
  mustEnrol(session: Session): boolean {
    return this.#options.secondFactors.isMissing(session);
  }

  /** Counts a request of a signed-in user. False if there were too many. */
  countRequest(request: IncomingMessage, session: Session, response?: ServerResponse): boolean {
    const isWithinLimit = this.#options.sockets.prove(request.socket, session.person);
    if (!isWithinLimit) response?.setHeader('Connection', 'close');
    return session.requests.take();
  }

  /** Counts a sign-in, by known device or by address. False if there were too many. */
  maySignInNow(request: IncomingMessage): boolean {
    const device = this.deviceOf(request);
    const key = device === undefined ? networkOf(this.addressOf(request)) : `device ${device.id}`;
    const { wallClock } = this.#options;
    return this.#signIns.obtain(key, () => new TokenBucket(wallClock, signIns.perSecond, signIns.burst)).take();
  }

  /** Sets the secret of a session as a cookie, or removes it. */
  setSecret(request: IncomingMessage, response: ServerResponse, secret: string | undefined): void {
    this.#setCookie(request, response, this.#cookie, secret ?? '', secret === undefined ? 0 : this.#options.cookieMaxAgeMs);
  }

  /** Sets the cookie of a known device. */
  setDevice(request: IncomingMessage, response: ServerResponse, cookie: string): void {
    this.#setCookie(request, response, this.#deviceCookie, cookie, deviceMaxAgeMs);
  }

  /** Keeps a sign-in at the identity provider in a cookie, or removes it. */
  setPending(request: IncomingMessage, response: ServerResponse, sealed: string | undefined): void {
    this.#setCookie(request, response, this.#pendingCookie, sealed ?? '', sealed === undefined ? 0 : pendingMs);
  }

  #setCookie(request: IncomingMessage, response: ServerResponse, name: string, value: string, maxAgeMs: number): void {
    // behind a proxy that ends TLS the page sends an https origin, which was checked against the configuration
    const isSecure = this.#options.secure || (request.headers.origin ?? '').startsWith('https:');
    const path = `Path=${this.#options.basePath === '' ? '/' : this.#options.basePath}`;
    const maxAge = `Max-Age=${Math.floor(maxAgeMs / 1000)}`;
    const parts = [`${name}=${value}`, path, maxAge, 'HttpOnly', 'SameSite=Strict', ...(isSecure ? ['Secure'] : [])];
    response.appendHeader('Set-Cookie', parts.join('; '));
  }

  /** Runs work for one response with a signal that aborts when the client has gone or the server stops. */
  async inFlight<Answer>(response: ServerResponse, work: (signal: AbortSignal) => Answer | Promise<Answer>): Promise<Answer> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    response.once('close', leave);
    const running = (async () => work(AbortSignal.any([this.#options.signal, gone.signal])))();
    this.#work.add(running);
    try {
      return await running;
    } finally {
      this.#work.delete(running);
      response.off('close', leave);
    }
  }

  /** Resolves when no request is in progress. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }
}

/** The token of a request. Other schemes are for a proxy in front of the dashboard. */
function bearerOf(request: IncomingMessage): string | undefined {
  const { authorization = '' } = request.headers;
  return /^Bearer( |$)/i.test(authorization) ? authorization.slice('Bearer '.length).trim() : undefined;
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const cut = part.indexOf('=');
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim();
  }
  return undefined;
}
