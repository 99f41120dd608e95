import { Socket } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Rounds of the event loop for which time waits for bytes on their way. */
const mostTurns = 2_000;

/**
 * A clock for tests on real sockets. Time stops while bytes are on their way between two sockets of this process, and then jumps
 * to the next wake-up. Waiting therefore costs no real time, and a slow machine changes no result.
 */
export class SocketClock implements Clock, Disposable {
  #elapsed = 0;
  readonly #start: number;
  readonly #sleepers = new Set<Sleeper>();
  readonly #clients = new Set<Socket>();
  readonly #connect = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect') ?? {};

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#start = startMs;
    const clients = this.#clients;
    const { value: original } = this.#connect as { value: (...parts: unknown[]) => unknown };
    Object.defineProperty(Socket.prototype, 'connect', {
      ...this.#connect,
      value(this: Socket, ...parts: unknown[]): unknown {
        clients.add(this);
        this.once('close', () => clients.delete(this));
        return Reflect.apply(original, this, parts);
      },
    });
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Sleeps that have not ended. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // time must advance, however short the sleep is
    const sleeper = { at: this.#elapsed + (ms > 0 ? Math.max(ms, 1e-6) : 0), wake: resolve };
    const abort = (): void => {
      this.#sleepers.delete(sleeper);
      reject(signal?.reason as Error);
    };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Advances time until `work` is done or `limitMs` have passed. @param servers ends of the connections that this process
   * accepted
   */
  async run<T>(work: Promise<T>, servers: ReadonlySet<Socket>, limitMs = 3_600_000): Promise<T> {
    const state = { done: false };
    const settled = work.finally(() => {
      state.done = true;
    });
    settled.catch(() => {});
    const end = this.#elapsed + limitMs;
    while (!state.done) {
      for (let turn = 0; turn < mostTurns && (turn < 4 || !this.#quiet(servers)); turn++) await oneTurn();
      if (state.done) break;
      let next: Sleeper | undefined;
      for (const sleeper of this.#sleepers) if (next === undefined || sleeper.at < next.at) next = sleeper;
      if (next === undefined) continue;
      if (next.at > end) throw new Error(`not done after ${limitMs} ms`);
      this.#sleepers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.wake();
    }
    return settled;
  }

  [Symbol.dispose](): void {
    Object.defineProperty(Socket.prototype, 'connect', this.#connect);
  }

  /** True if everything that was written has been read, on connections with two live ends. */
  #quiet(servers: ReadonlySet<Socket>): boolean {
    const byPort = new Map<number | undefined, Socket>();
    for (const socket of servers) byPort.set(socket.remotePort, socket);
    for (const client of this.#clients) {
      if (client.destroyed) continue;
      const server = client.connecting ? undefined : byPort.get(client.localPort);
      if (server === undefined) return false;
      if (server.destroyed) return false;
      if (client.bytesWritten !== server.bytesRead || server.bytesWritten !== client.bytesRead) return false;
      if (server.writableEnded) return false;
    }
    return true;
  }
}

const oneTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
