import type { WebSocket } from 'ws';
import type { Clock } from '../../../src/core/clock.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import type { Logger } from '../../../src/core/plugin.ts';
import { TaskScope } from '../../../src/core/scope.ts';
import { CloseCode, type DashboardStats, type Heartbeat, protocolVersion, subprotocol } from '../../protocol.ts';
import { networkOf } from '../client-address.ts';
import type { Session, Sessions } from '../../accounts/sessions.ts';
import { Connection, type StreamCounters } from './connection.ts';

/** Period of value frames, ms: four a second are enough for a person. */
const tickMs = 250;
/** Heartbeat every third tick, so that there is at most a second between two. */
const ticksPerHeartbeat = 3;
const perSession = 8;
/** Longest time for closing a page, ms of wall time. */
const closeWithinMs = 500;

/** Limits of open pages: of all users, of one user, of one address. */
export interface PageLimits {
  readonly total: number;
  readonly perUser: number;
  readonly perAddress: number;
}

export interface HubOptions {
  readonly view: MonitorView;
  readonly sessions: Sessions;
  readonly wallClock: Clock;
  readonly run: number;
  readonly limits: PageLimits;
  readonly logger: Logger;
  readonly heartbeat: () => Omit<Heartbeat, 'skipped'>;
  /** Called every second of wall time. */
  readonly onSecond?: (() => void) | undefined;
}

/** Open pages; sends values, alerts and heartbeats to each. */
export class Hub implements AsyncDisposable {
  readonly #options: HubOptions;
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #counters: StreamCounters = { framesSent: 0, framesSkipped: 0, closedForSlowness: 0 };
  readonly #scope = new TaskScope();
  readonly #unsubscribe: readonly (() => void)[];
  #alertsDue = false;
  #closing = false;

  constructor(options: HubOptions) {
    this.#options = options;
    const { view, sessions } = options;
    sessions.onEnd((session) => this.#closeAllOf(session));
    const ofLab = view.lab?.onChange(() => this.#each((connection) => connection.sendLab()));
    this.#unsubscribe = [
      view.alerts.subscribe(() => this.#alertsChanged()),
      view.alerts.onSaved(() => this.#alertsChanged()),
      ...(ofLab === undefined ? [] : [ofLab]),
    ];
    this.#scope.start((signal) => this.#run(signal));
  }

  stats(): DashboardStats {
    return { connections: this.#connections.size, sessions: this.#options.sessions.size, ...this.#counters };
  }

  /** Adds a websocket that the gate has accepted. */
  add(socket: WebSocket, session: Session, address: string): void {
    const { view, sessions, wallClock, run, logger } = this.#options;
    socket.on('error', (error) => logger.info('websocket failed', { session: session.number, error: String(error) }));
    if (this.#closing) return socket.close(CloseCode.ServerStopped, 'server stopped');
    if (socket.protocol !== subprotocol) return socket.close(CloseCode.WrongVersion, 'wrong version');
    const network = networkOf(address);
    if (!this.#isWithinLimits(session, network)) return socket.close(CloseCode.TooManyConnections, 'too many connections');
    const connection = new Connection({
      socket,
      session,
      network,
      sessions,
      view,
      wallClock,
      run,
      logger,
      counters: this.#counters,
    });
    this.#connections.set(socket, connection);
    socket.on('close', () => this.#connections.delete(socket));
    connection.send({ type: 'hello', version: protocolVersion, run, session: sessions.info(session), time: view.clock.now() });
    connection.sendHeartbeat(this.#options.heartbeat());
  }

  #isWithinLimits(session: Session, network: string): boolean {
    const { total, perUser, perAddress } = this.#options.limits;
    const count = (isCounted: (connection: Connection) => boolean): number =>
      [...this.#connections.values()].filter(isCounted).length;
    return (
      this.#connections.size < total &&
      count((other) => other.session === session) < perSession &&
      count((other) => other.session.person === session.person) < perUser &&
      count((other) => other.network === network) < perAddress
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      for (const stop of this.#unsubscribe) stop();
    }
    const open = [...this.#connections];
    for (const [, connection] of open) connection.close(CloseCode.ServerStopped, 'server stopped');
    const late = AbortSignal.timeout(closeWithinMs);
    await Promise.all(open.map(async ([socket]) => closed(socket, late)));
    await this.#scope[Symbol.asyncDispose]();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { wallClock, sessions, logger, onSecond } = this.#options;
    for (let tick = 1, due = wallClock.monotonic() + tickMs; ; tick++, due += tickMs) {
      await wallClock.sleep(due - wallClock.monotonic(), signal);
      // missed ticks, e.g. after a suspend of the machine, are not repeated
      due = Math.max(due, wallClock.monotonic() - tickMs);
      try {
        this.#tick(tick % ticksPerHeartbeat === 0);
        if (tick % 4 === 0) {
          sessions.sweep();
          onSecond?.();
        }
      } catch (error) {
        // the next tick may succeed; without one no page would notice the stop
        logger.error('dashboard tick failed', { error: String(error) });
      }
    }
  }

  #tick(isHeartbeat: boolean): void {
    if (this.#connections.size === 0) return;
    const at = { time: this.#options.view.clock.now(), wallTime: this.#options.wallClock.now() };
    const heartbeat = isHeartbeat ? this.#options.heartbeat() : undefined;
    this.#each((connection) => {
      if (heartbeat !== undefined) {
        connection.sendHeartbeat(heartbeat);
        connection.sendLab();
      }
      connection.sendValues(at);
      connection.sendAlerts();
      connection.check();
    });
  }

  /** Combines simultaneous changes into one message. */
  #alertsChanged(): void {
    if (this.#alertsDue) return;
    this.#alertsDue = true;
    queueMicrotask(() => {
      this.#alertsDue = false;
      this.#each((connection) => connection.sendAlerts());
    });
  }

  /** Isolates the failure of a page from other pages and from the publisher. */
  #each(act: (connection: Connection) => void): void {
    for (const [socket, connection] of this.#connections) {
      try {
        act(connection);
      } catch (error) {
        this.#options.logger.error('page failed, closed', { session: connection.session.number, error: String(error) });
        socket.terminate();
      }
    }
  }

  #closeAllOf(session: Session): void {
    for (const connection of this.#connections.values()) {
      if (connection.session === session) connection.close(CloseCode.SessionEnded, 'session ended');
    }
  }
}

/** Resolves when the websocket is closed; terminates it when it is late. */
async function closed(socket: WebSocket, late: AbortSignal): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  const cut = (): void => socket.terminate();
  if (late.aborted) cut();
  else late.addEventListener('abort', cut, { once: true });
  await promise;
}
