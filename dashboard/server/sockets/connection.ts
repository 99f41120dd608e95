import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../../src/core/clock.ts';
import type { MonitorView } from '../../../src/core/monitor.ts';
import type { Logger } from '../../../src/core/plugin.ts';
import { isAllowed, rolesText } from '../../../src/core/access.ts';
import { type ClientMessage, CloseCode, type Heartbeat, messagePermissions, type ServerMessage } from '../../protocol.ts';
import { TokenBucket } from '../../../src/core/token-bucket.ts';
import { clientMessageSchema } from './client-message.ts';
import type { Session, Sessions } from '../../accounts/sessions.ts';
import { AlertStream } from '../../api/alert-stream.ts';
import { type FrameTime, ValueStream } from './value-stream.ts';

/** Unsent bytes above which nothing more is sent; value frames are skipped meanwhile. */
const softCapBytes = 1024 * 1024;
/** Unsent bytes above which the connection is closed; only one huge message can exceed this. */
const hardCapBytes = 8 * 1024 * 1024;
/** Time above the soft cap after which a browser is stuck, even if it answers pings. */
const stuckMs = 20_000;
const pingEveryMs = 10_000;
const inbound = { perSecond: 10, burst: 30 };

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly session: Session;
  /** The part of the client's address that limits count. */
  readonly network: string;
  readonly sessions: Sessions;
  readonly view: MonitorView;
  readonly wallClock: Clock;
  readonly run: number;
  readonly logger: Logger;
  readonly counters: StreamCounters;
}

/** Counters of all connections, for the system page. */
export interface StreamCounters {
  framesSent: number;
  framesSkipped: number;
  closedForSlowness: number;
}

/** One open page. */
export class Connection {
  readonly session: Session;
  readonly network: string;
  readonly #options: ConnectionOptions;
  readonly #values: ValueStream;
  readonly #alerts: AlertStream;
  readonly #messages: TokenBucket;
  #watchesLab = false;
  #skipped = 0;
  #fullSince: number | undefined;
  #pingedAt: number;
  #answered = true;

  constructor(options: ConnectionOptions) {
    const { socket, session, view, wallClock, run } = options;
    this.session = session;
    this.network = options.network;
    this.#options = options;
    this.#values = new ValueStream(view.latest, view.tags, run);
    this.#alerts = new AlertStream(view.alerts);
    this.#messages = new TokenBucket(wallClock, inbound.perSecond, inbound.burst);
    this.#pingedAt = wallClock.monotonic();
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#answered = true;
    });
  }

  send(message: ServerMessage): void {
    this.#write(JSON.stringify(message));
  }

  close(code: CloseCode, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  /** Sends changed values, unless the browser is behind. */
  sendValues(at: FrameTime): void {
    if (!this.#mayWrite()) {
      this.#skipped++;
      this.#options.counters.framesSkipped++;
      return;
    }
    const frame = this.#values.frame(at);
    if (frame !== undefined) {
      this.#write(frame);
      this.#options.counters.framesSent++;
    }
    const texts = this.#values.texts();
    if (texts !== undefined) this.send(texts);
  }

  sendHeartbeat(heartbeat: Omit<Heartbeat, 'skipped'>): void {
    if (this.#mayWrite()) this.send({ ...heartbeat, skipped: this.#skipped });
  }

  sendAlerts(): void {
    this.#alerts.pump(
      (text) => this.#write(text),
      () => this.#mayWrite(),
    );
  }

  sendLab(): void {
    const { lab } = this.#options.view;
    if (this.#watchesLab && lab !== undefined && this.#mayWrite()) this.send({ type: 'lab', status: lab.status() });
  }

  /** Closes a stuck or dead connection. A browser that reads nothing would not read a close frame either. */
  check(): void {
    const { socket, wallClock, counters, logger } = this.#options;
    const now = wallClock.monotonic();
    this.#fullSince = socket.bufferedAmount > softCapBytes ? (this.#fullSince ?? now) : undefined;
    const isStuck = this.#fullSince !== undefined && now - this.#fullSince >= stuckMs;
    if (isStuck || socket.bufferedAmount > hardCapBytes) {
      counters.closedForSlowness++;
      logger.warn('page is too slow, closed', { session: this.session.number, buffered: socket.bufferedAmount });
      this.close(CloseCode.TooSlow, 'too slow');
      socket.terminate();
      return;
    }
    if (now - this.#pingedAt < pingEveryMs) return;
    if (!this.#answered) {
      logger.info('page is gone, closed', { session: this.session.number });
      socket.terminate();
      return;
    }
    this.#answered = false;
    this.#pingedAt = now;
    socket.ping();
  }

  #mayWrite(): boolean {
    const { socket } = this.#options;
    return socket.readyState === socket.OPEN && socket.bufferedAmount <= softCapBytes;
  }

  #write(data: string | ArrayBuffer): void {
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(data);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#options.sessions.isOpen(this.session)) return this.close(CloseCode.SessionEnded, 'session ended');
    if (!this.#messages.take()) return this.close(CloseCode.TooManyMessages, 'too many messages');
    const message = isBinary ? undefined : parse(data);
    if (message === undefined) return this.close(CloseCode.InvalidMessage, 'invalid message');
    const needs = messagePermissions[message.type];
    if (isAllowed(this.session.role, needs)) this.#handle(message);
    else this.send({ type: 'refused', of: message.type, code: 'forbidden', message: `Needs role ${rolesText(needs)}.` });
  }

  #handle(message: ClientMessage): void {
    const { sessions, view, wallClock } = this.#options;
    switch (message.type) {
      case 'watch': {
        const isKnown = this.#values.watch(message.watch, message.tags);
        if (isKnown) this.sendValues({ time: view.clock.now(), wallTime: wallClock.now() });
        else this.send({ type: 'refused', of: 'watch', code: 'not-found', message: 'A tag index does not exist in this run.' });
        return;
      }
      case 'resume':
        this.#alerts.resume(message.epoch, message.sequence);
        this.sendAlerts();
        return;
      case 'watch-lab':
        this.#watchesLab = message.on;
        if (message.on && view.lab === undefined) {
          this.send({
            type: 'refused',
            of: 'watch-lab',
            code: 'not-found',
            message: 'No simulated plant is connected. Start scadawatch with the lab command.',
          });
        }
        this.sendLab();
        return;
      case 'active':
        sessions.touch(this.session);
        return;
    }
  }
}

function parse(data: RawData): ClientMessage | undefined {
  try {
    // one buffer, because `binaryType` is left at its default
    const result = clientMessageSchema.safeParse(JSON.parse((data as Buffer).toString('utf8')));
    return result.success ? result.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
