import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/core/clock.ts';
import { RecentMap, TokenBucket } from './rate.ts';
import type { Session, Sessions } from './sessions.ts';

/** Requests of one address without a session. */
const strangers = { perSecond: 10, burst: 40, remembered: 10_000 };

export interface GateOptions {
  readonly sessions: Sessions;
  /** The first one is the dashboard's own. */
  readonly origins: readonly string[];
  readonly port: number;
  readonly secure: boolean;
  readonly cookieMaxAgeMs: number;
  readonly wallClock: Clock;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** What every request and every upgrade is judged by: where it comes from, and whose it is. */
export class Gate {
  readonly sessions: Sessions;
  readonly #options: GateOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #cookie: string;
  readonly #strangers = new RecentMap<TokenBucket>(strangers.remembered);
  readonly #work = new Set<Promise<unknown>>();

  constructor(options: GateOptions) {
    this.sessions = options.sessions;
    this.#options = options;
    this.#hosts = new Set(options.origins.map((origin) => new URL(origin).host));
    // cookies do not tell ports apart: two dashboards on one machine must not overwrite each other's session
    this.#cookie = `${options.secure ? '__Host-' : ''}scadawatch-${options.port}`;
  }

  addressOf(request: IncomingMessage): string {
    return request.socket.remoteAddress ?? 'unknown';
  }

  /** Keeps a foreign name that was pointed at this address from reaching it (DNS rebinding). */
  isForThisHost(request: IncomingMessage): boolean {
    return this.#hosts.has(request.headers.host ?? '');
  }

  /** Browsers state the origin of every POST and every websocket; what does not state one is no page of ours. */
  isFromAllowedOrigin(request: IncomingMessage): boolean {
    return this.#options.origins.includes(request.headers.origin ?? '');
  }

  sessionOf(request: IncomingMessage): Session | undefined {
    const secret = cookieOf(request, this.#cookie);
    return secret === undefined ? undefined : this.sessions.find(secret);
  }

  mayAskNow(request: IncomingMessage, session: Session | undefined): boolean {
    if (session !== undefined) return session.requests.take();
    const address = this.addressOf(request);
    const known = this.#strangers.get(address);
    const bucket = known ?? new TokenBucket(this.#options.wallClock, strangers.perSecond, strangers.burst);
    if (known === undefined) this.#strangers.set(address, bucket);
    return bucket.take();
  }

  setSecret(response: ServerResponse, secret: string | undefined): void {
    const maxAge = secret === undefined ? 0 : Math.floor(this.#options.cookieMaxAgeMs / 1000);
    const secure = this.#options.secure ? '; Secure' : '';
    response.setHeader(
      'Set-Cookie',
      `${this.#cookie}=${secret ?? ''}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`,
    );
  }

  /** Runs work for one response with a signal that aborts when nobody waits for it any more. */
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

  /** Resolves when no request is being worked on. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const cut = part.indexOf('=');
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim();
  }
  return undefined;
}
