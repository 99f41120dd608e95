import { connect, type Socket } from 'node:net';
import { ScadaError } from '../../../src/core/errors.ts';
import type { CaptureSource, OpenSource } from './source.ts';

/** PCAP-over-IP: a server that sends a live capture to each client for as long as the connection lasts. */
export function pcapOverIpSource(host: string, port: number): CaptureSource {
  const name = `pcap-over-ip ${host}:${port}`;
  const lost = (why: string, cause?: unknown): ScadaError =>
    new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${name}: ${why}`, {
      hint: 'is the program that sends the capture running, and its port open to the monitor?',
      cause,
    });
  return {
    name,
    live: true,
    async open(signal) {
      signal.throwIfAborted();
      const socket = connect({ host, port });
      await connected(socket, signal, lost);
      return new PcapOverIp(socket, name, lost);
    },
  };
}

async function connected(socket: Socket, signal: AbortSignal, lost: (why: string, cause: unknown) => ScadaError): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  const fail = (error: Error): void => reject(lost(error.message, error));
  socket.once('connect', resolve).once('error', fail);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  } finally {
    socket.removeListener('error', fail);
    signal.removeEventListener('abort', abort);
  }
}

class PcapOverIp implements OpenSource {
  readonly identity: Readonly<Record<string, string>>;
  readonly #socket: Socket;
  readonly #lost: (why: string, cause?: unknown) => ScadaError;

  constructor(socket: Socket, name: string, lost: (why: string, cause?: unknown) => ScadaError) {
    this.identity = { source: name };
    this.#socket = socket;
    this.#lost = lost;
    // an error before the first read stays stored in the socket
    socket.on('error', () => {});
  }

  async *chunks(): AsyncGenerator<Buffer, void, void> {
    try {
      for await (const chunk of this.#socket) yield chunk as Buffer;
    } catch (thrown) {
      throw this.#lost(thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
    throw this.#lost('the sender has ended the capture');
  }

  async dropped(): Promise<number> {
    return 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.destroy();
    await closed;
  }
}
