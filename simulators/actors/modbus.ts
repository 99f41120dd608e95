import { connect, type Socket } from 'node:net';
import { ScadaError } from '../../src/core/errors.ts';
import type { PlantAddress } from '../../src/core/plant.ts';
import { frameBytes, FrameReader } from './frames.ts';
import { requireLoopback } from './loopback.ts';
import { isBitTable, valueOf } from './registers.ts';
import { identityRequest, readRequest, restartRequest, scanReads, writeRequest } from './requests.ts';

/** Deadline of an answer, ms of machine time. */
const deadlineMs = 2_000;

export interface ModbusActorOptions {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** Local address from which the actor connects. */
  readonly localAddress?: string;
  /** Permits targets other than this host; only if a person has requested it. Default false. */
  readonly beyondLoopback?: boolean;
}

/** Result of a scan. */
export interface ModbusScan {
  /** Objects of the device identification by number, as text. */
  readonly identity: Readonly<Record<number, string>>;
  /** Numbers of addresses that answered and that were refused. */
  readonly answered: number;
  readonly refused: number;
}

/**
 * Modbus TCP client of an operator or an attacker, with a codec of its own: it writes, scans and restarts, which no collector can do. Sends
 * one request at a time.
 */
export class ModbusActor implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #unit: number;
  #transaction = 0;
  readonly #frames = new FrameReader();
  #waiting: { resolve: (pdu: Buffer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, unit: number) {
    this.#socket = socket;
    this.#unit = unit;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#fail('the connection was closed'));
    socket.on('error', (cause) => this.#fail(cause.message));
    socket.on('timeout', () => this.#fail(`no answer within ${deadlineMs} ms`));
  }

  /** @throws ScadaError LAB_REFUSED for a target that is not this host; DEVICE_UNREACHABLE */
  static async connect({ host, port, unit, localAddress, beyondLoopback }: ModbusActorOptions): Promise<ModbusActor> {
    requireLoopback(host, beyondLoopback);
    const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) => {
        reject(new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${host}:${port}: ${cause.message}`, { cause }));
      });
    });
    return new ModbusActor(socket, unit);
  }

  /** False once the connection has ended. */
  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /** Writes one point in engineering units: FC 5 for a coil, FC 6 or 16 for holding registers. @throws ScadaError DEVICE_REFUSED */
  async write(point: PlantAddress, value: number): Promise<void> {
    await this.#request(writeRequest(point, value));
  }

  /** Reads one point in engineering units: FC 1 to 4, by its table. @throws ScadaError DEVICE_REFUSED */
  async read(point: PlantAddress): Promise<number> {
    const data = (await this.#request(readRequest(point))).subarray(2);
    return isBitTable(point) ? (data[0] ?? 0) & 1 : valueOf(point, data);
  }

  /** Restarts the controller: FC 8, sub-function 1 (restart communications). @throws ScadaError DEVICE_REFUSED */
  async restart(): Promise<void> {
    await this.#request(restartRequest);
  }

  /** Reads the identity (FC 43/14), then the holding and the input table block by block (FC 3, FC 4). */
  async scan(from: number, to: number, block = 10): Promise<ModbusScan> {
    const identity = await this.#identity();
    let answered = 0;
    let refused = 0;
    for (const { request, count } of scanReads(from, to, block)) {
      const pdu = await this.#exchange(request);
      if ((pdu[0] ?? 0x80) >= 0x80) refused += count;
      else answered += count;
    }
    return { identity, answered, refused };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.destroy();
    await closed;
  }

  async #identity(): Promise<Record<number, string>> {
    const pdu = await this.#exchange(identityRequest('basic'));
    const identity: Record<number, string> = {};
    if (pdu[0] !== 0x2b) return identity;
    let at = 7;
    for (let i = 0; i < (pdu[6] ?? 0); i++) {
      const [id = 0, length = 0] = pdu.subarray(at);
      identity[id] = pdu.toString('latin1', at + 2, at + 2 + length);
      at += 2 + length;
    }
    return identity;
  }

  async #request(request: Buffer): Promise<Buffer> {
    const reply = await this.#exchange(request);
    if ((reply[0] ?? 0x80) < 0x80) return reply;
    throw new ScadaError('retryable', 'DEVICE_REFUSED', `function ${request[0]} was refused with exception ${reply[1]}`);
  }

  async #exchange(pdu: Buffer): Promise<Buffer> {
    if (this.#socket.closed) throw new ScadaError('retryable', 'DEVICE_UNREACHABLE', 'the connection was closed');
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#waiting = { resolve, reject };
    this.#socket.setTimeout(deadlineMs);
    this.#socket.write(frameBytes({ transaction: this.#transaction, unit: this.#unit, pdu }));
    try {
      return await promise;
    } finally {
      this.#socket.setTimeout(0);
    }
  }

  #take(bytes: Buffer): void {
    try {
      for (const { pdu } of this.#frames.read(bytes)) {
        this.#waiting?.resolve(pdu);
        this.#waiting = undefined;
      }
    } catch (thrown) {
      this.#fail(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  #fail(message: string): void {
    this.#waiting?.reject(new ScadaError('retryable', 'DEVICE_TIMEOUT', message));
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}
