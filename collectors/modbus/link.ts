import type { Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import type { Clock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { TaskScope } from '../../src/core/scope.ts';
import type { ModbusTable } from '../../src/modbus/address.ts';
import { HeaderGuard } from './guard.ts';

/** One read: `count` registers or bits from `start` on. */
export interface ReadRequest {
  readonly unit: number;
  readonly table: ModbusTable;
  readonly start: number;
  readonly count: number;
}

/** What came of one read. */
export type Reply =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'exception'; readonly exception: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'malformed'; readonly why: string };

interface Pending {
  readonly deadlineMs: number;
  readonly settle: (reply: Reply) => void;
  readonly fail: (error: ScadaError) => void;
}

type Done = (error: Error & { readonly modbusCode?: number }, result: { readonly buffer: Buffer } | undefined) => void;

const timedOut: Reply = { kind: 'timeout' };

/**
 * One connection: one request in flight, each with a deadline of its own, and a connection whose end is always
 * noticed. The library keeps none of these promises by itself.
 */
export class ModbusLink implements AsyncDisposable {
  readonly #client = new modbusSerial.default();
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #machine: Clock;
  readonly #guard = new HeaderGuard();
  readonly #lost = new AbortController();
  readonly #watchdog = new TaskScope();
  readonly #closed: Promise<void>;
  #pending: Pending | undefined;
  #cause = 'closed by the device';

  private constructor(socket: Socket, timeoutMs: number, machine: Clock) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#machine = machine;
    socket.on('error', (error) => {
      this.#cause = error.message;
    });
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end();
        resolve();
      });
    });
    // Before the library's own listener: what the guard refuses must not become a value.
    socket.on('data', (chunk) => this.#inspect(chunk));
    this.#watchdog.start((signal) => this.#watch(signal));
  }

  /** Takes over a connected socket. @throws ScadaError DEVICE_UNREACHABLE when it has closed meanwhile */
  static async over(socket: Socket, timeoutMs: number, machine: Clock): Promise<ModbusLink> {
    const link = new ModbusLink(socket, timeoutMs, machine);
    try {
      await link.#client.linkTCP(socket, { port: 0 });
      return link;
    } catch (cause) {
      await link[Symbol.asyncDispose]();
      throw new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'the device closed the connection at once', { cause });
    }
  }

  /** Aborts, with a ScadaError as its reason, when the connection has ended. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Bytes in both directions. */
  get bytes(): number {
    return this.#socket.bytesRead + this.#socket.bytesWritten;
  }

  /** @throws the reason of `lost` when the connection ends meanwhile */
  read({ unit, table, start, count }: ReadRequest): Promise<Reply> {
    if (this.#pending !== undefined) throw new ScadaError('fatal', 'INTERNAL', 'a request is in flight already');
    if (this.#lost.signal.aborted) return Promise.reject(this.#lost.signal.reason as Error);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const pending: Pending = { deadlineMs: this.#machine.monotonic() + this.#timeoutMs, settle: resolve, fail: reject };
    this.#pending = pending;
    const bits = table === 'coil' || table === 'discrete';
    const expected = bits ? Math.ceil(count / 8) : 2 * count;
    const done: Done = (error, result) => {
      // A second answer to the same transaction is nobody's, and what the library says of a dying connection is said by its end.
      if (this.#pending !== pending || !this.#client.isOpen) return;
      this.#settle(replyOf(error, result, expected));
    };
    switch (table) {
      case 'coil':
        this.#client.writeFC1(unit, start, count, done);
        break;
      case 'discrete':
        this.#client.writeFC2(unit, start, count, done);
        break;
      case 'holding':
        this.#client.writeFC3(unit, start, count, done);
        break;
      case 'input':
        this.#client.writeFC4(unit, start, count, done);
        break;
    }
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
    await this.#watchdog[Symbol.asyncDispose]();
  }

  #settle(reply: Reply): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(reply);
  }

  #inspect(chunk: Buffer): void {
    const why = this.#guard.check(chunk);
    if (why === undefined) return;
    this.#cause = why;
    this.#settle({ kind: 'malformed', why });
    this.#socket.destroy();
  }

  #end(): void {
    const error = new ScadaError('retryable', 'DEVICE_UNREACHABLE', `the connection ended: ${this.#cause}`);
    const pending = this.#pending;
    this.#pending = undefined;
    this.#lost.abort(error);
    pending?.fail(error);
  }

  /** One timer for all deadlines: a request that begins while it sleeps can not be due before it wakes. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#machine.monotonic();
      if (this.#pending !== undefined && this.#pending.deadlineMs <= now) this.#settle(timedOut);
      const wait = this.#pending === undefined ? this.#timeoutMs : this.#pending.deadlineMs - now;
      await this.#machine.sleep(wait, signal);
    }
  }
}

function replyOf(error: Parameters<Done>[0], result: Parameters<Done>[1], expected: number): Reply {
  if (error) {
    if (typeof error.modbusCode === 'number') return { kind: 'exception', exception: error.modbusCode };
    return { kind: 'malformed', why: error.message };
  }
  if (result?.buffer.length !== expected) {
    return { kind: 'malformed', why: `${result?.buffer.length ?? 0} bytes of data instead of ${expected}` };
  }
  return { kind: 'data', bytes: result.buffer };
}
