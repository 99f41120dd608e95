import type { Clock } from '../../src/core/clock.ts';
import type { AlertFeed, MonitorView } from '../../src/core/monitor.ts';
import type { Session, Sessions } from '../accounts/sessions.ts';
import { ApiError } from '../protocol/api-error.ts';
import { AlertStream } from './alert-stream.ts';
import { heartbeatOf } from './heartbeat.ts';

/** Period of status events, ms: a client can treat three silent seconds as a fault. */
const statusMs = 1000;
/** Time after which a client of server-sent events connects again, ms. */
const reconnectMs = 2000;

/** Limits of open streams and waiting long polls: of all clients, of one user or token, from one network. */
export interface StreamLimits {
  readonly total: number;
  readonly perUser: number;
  readonly perAddress: number;
}

export interface StreamClient {
  readonly session: Session;
  readonly network: string;
  /** Aborts when the client has gone or the server stops. */
  readonly signal: AbortSignal;
}

interface EventStreamsOptions {
  readonly view: MonitorView;
  readonly sessions: Sessions;
  readonly wallClock: Clock;
  readonly limits: StreamLimits;
}

/** Place of a client in the alert stream, as text `epoch.sequence`: the id of an event. */
export const positionText = (epoch: string, sequence: number): string => `${epoch}.${sequence}`;

export function positionOf(text: string | undefined): { readonly epoch?: string; readonly sequence?: number } {
  const cut = text?.lastIndexOf('.') ?? -1;
  const sequence = Number(text?.slice(cut + 1));
  return text === undefined || cut < 1 || !Number.isSafeInteger(sequence) ? {} : { epoch: text.slice(0, cut), sequence };
}

/** Streams of alerts and status for clients without a websocket: server-sent events and long polls. They keep no queues. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #open = new Set<StreamClient>();

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /** Number of open streams and waiting long polls. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Server-sent events: alerts from a position on, or from a snapshot, and the status each second. Ends with the session.
   * @throws ApiError `too-many`
   */
  async *events(client: StreamClient, after: string | undefined): AsyncGenerator<string> {
    const { view, wallClock } = this.#options;
    using _place = this.#place(client);
    using changes = new Changes(view.alerts);
    const alerts = new AlertStream(view.alerts);
    const { epoch, sequence } = positionOf(after);
    alerts.resume(epoch, sequence);
    yield `retry: ${reconnectMs}\n\n`;
    for (let statusDue = wallClock.monotonic(); this.#isOpen(client); ) {
      const found = firstOf(alerts);
      if (found !== undefined) {
        const at = alerts.position;
        yield eventText(found.type, found.text, at === undefined ? undefined : positionText(at.epoch, at.sequence));
      } else if (wallClock.monotonic() >= statusDue) {
        statusDue = wallClock.monotonic() + statusMs;
        yield eventText('status', JSON.stringify(heartbeatOf(view, wallClock)), undefined);
      } else await this.#pause(changes, statusDue - wallClock.monotonic(), client.signal);
    }
  }

  /** Waits until the feed has a change after a position, or for a time. @throws ApiError `too-many` */
  async waitForChange(client: StreamClient, sequence: number, waitMs: number): Promise<void> {
    const { view, wallClock } = this.#options;
    using _place = this.#place(client);
    using changes = new Changes(view.alerts);
    const until = wallClock.monotonic() + waitMs;
    while (view.alerts.sequence === sequence && wallClock.monotonic() < until && this.#isOpen(client)) {
      await this.#pause(changes, Math.min(statusMs, until - wallClock.monotonic()), client.signal);
    }
  }

  #isOpen({ session, signal }: StreamClient): boolean {
    return !signal.aborted && (session.token?.isValid() ?? this.#options.sessions.isOpen(session));
  }

  async #pause(changes: Changes, ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const slept = this.#options.wallClock.sleep(ms, AbortSignal.any([signal, over.signal])).catch(() => {});
    await Promise.race([changes.next(), slept]);
    over.abort();
  }

  #place(client: StreamClient): Disposable {
    const { total, perUser, perAddress } = this.#options.limits;
    const count = (isCounted: (other: StreamClient) => boolean): number => [...this.#open].filter(isCounted).length;
    const isFull =
      this.#open.size >= total ||
      count(({ session }) => session.person === client.session.person) >= perUser ||
      count(({ network }) => network === client.network) >= perAddress;
    if (isFull) throw new ApiError('too-many', 'Too many open event streams.', { retryAfterMs: reconnectMs });
    this.#open.add(client);
    return { [Symbol.dispose]: () => void this.#open.delete(client) };
  }
}

/** Wakes a stream when alerts have changed. */
class Changes implements Disposable {
  readonly #stops: readonly (() => void)[];
  #changed = Promise.withResolvers<void>();

  constructor(feed: AlertFeed) {
    const wake = (): void => {
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    };
    this.#stops = [feed.subscribe(wake), feed.onSaved(wake)];
  }

  async next(): Promise<void> {
    await this.#changed.promise;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }
}

function firstOf(alerts: AlertStream): { readonly type: string; readonly text: string } | undefined {
  let text: string | undefined;
  alerts.pump(
    (one) => (text = one),
    () => text === undefined,
  );
  return text === undefined ? undefined : { type: alerts.sentType, text };
}

const eventText = (type: string, data: string, id: string | undefined): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${data}\n\n`;
