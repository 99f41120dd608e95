import {
  CloseCode,
  parseMessage,
  readValueFrame,
  type ClientMessage,
  type ServerMessage,
  type ValueFrame,
} from '../../../protocol.ts';
import { retryDelay } from '../pure/state/link-state.ts';
import { type EarlySocket, openSocket } from './early-socket.ts';
import { shared } from '../text.ts';

export interface LinkEvents {
  /** The socket is open and the server has sent its hello: everything must be requested again. */
  opened(hello: Extract<ServerMessage, { type: 'hello' }>): void;
  message(message: ServerMessage): void;
  values(frame: ValueFrame): void;
  /** Broken or closed; another attempt follows unless `end` is given. */
  closed(reason: LinkEnd | undefined, detail: string): void;
  /** The wait before the next attempt has begun. */
  waiting(untilMonotonic: number): void;
}

/** The reason for which there is no further attempt. */
export type LinkEnd = 'session-ended' | 'wrong-version';

/** Longest wait for the hello of a server that has accepted, ms. */
const helloWithinMs = 8000;

/** One websocket, reopened after each failure until `close`. Handles frames, not their meaning. */
export class Link {
  readonly #events: LinkEvents;
  /** For the first attempt. */
  readonly #early: EarlySocket | undefined;
  #socket: WebSocket | undefined;
  #timer: number | undefined;
  #attempt = 0;
  #open = false;
  #done = false;
  /** Monotonic time of the last frame. */
  lastFrameAt = performance.now();

  constructor(events: LinkEvents, early?: EarlySocket) {
    this.#events = events;
    this.#early = early;
  }

  get connected(): boolean {
    return this.#open;
  }

  /** Connects at once, regardless of the back-off. */
  connect(): void {
    if (this.#done || this.#open) return;
    this.#drop();
    window.clearTimeout(this.#timer);
    const { socket, waiting } = this.#early?.take() ?? { socket: openSocket(), waiting: [] };
    socket.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => this.#take(event.data));
    socket.addEventListener('close', (event) => this.#lost(socket, event.code, event.reason));
    this.#socket = socket;
    this.#timer = window.setTimeout(() => socket.close(), helloWithinMs);
    // when the page that connects is complete
    queueMicrotask(() => {
      for (const data of waiting) if (socket === this.#socket) this.#take(data);
    });
  }

  send(message: ClientMessage): void {
    if (this.#open) this.#socket?.send(JSON.stringify(message));
  }

  /** Closes a socket that is open but silent, and starts reconnecting. */
  abandon(): void {
    const socket = this.#socket;
    if (socket !== undefined && this.#open) this.#lost(socket, 1006, 'silent');
  }

  /** Ends all attempts. Idempotent. */
  close(): void {
    this.#done = true;
    window.clearTimeout(this.#timer);
    this.#drop();
  }

  #take(data: string | ArrayBuffer): void {
    this.lastFrameAt = performance.now();
    if (data instanceof ArrayBuffer) {
      this.#events.values(readValueFrame(data));
      return;
    }
    const message = parseMessage(data);
    if (message.type === 'hello') {
      window.clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#open = true;
      this.#events.opened(message);
    } else this.#events.message(message);
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket) return;
    this.#drop();
    window.clearTimeout(this.#timer);
    const end = endOf(code);
    this.#events.closed(end, reasonOf(code, reason));
    if (end !== undefined || this.#done) return;
    const wait = retryDelay(this.#attempt, Math.random());
    this.#attempt++;
    this.#timer = window.setTimeout(() => this.connect(), wait);
    this.#events.waiting(performance.now() + wait);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#open = false;
    socket?.close();
  }
}

function endOf(code: number): LinkEnd | undefined {
  if (code === CloseCode.SessionEnded) return 'session-ended';
  return code === CloseCode.WrongVersion ? 'wrong-version' : undefined;
}

function reasonOf(code: number, reason: string): string {
  switch (code) {
    case CloseCode.ServerStopped:
      return shared.sentence.serverStopped;
    case CloseCode.TooSlow:
      return shared.sentence.tooSlow;
    case CloseCode.TooManyConnections:
      return shared.sentence.tooManyConnections;
    case CloseCode.InvalidMessage:
    case CloseCode.TooManyMessages:
      return shared.sentence.pageRefused(reason);
    default:
      return shared.sentence.linkLost;
  }
}
