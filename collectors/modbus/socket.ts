import { Socket } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * A connected socket of our own: the library's ports lose resets and know no deadline.
 * @throws ScadaError DEVICE_UNREACHABLE
 */
export async function openSocket(
  { host, port }: Endpoint,
  timeoutMs: number,
  machine: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const socket = new Socket();
  socket.setNoDelay(true);
  const settled = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  // Stays for the life of the socket: an error after the connection is said by its 'close'.
  socket.on('error', reject);
  socket.once('connect', resolve);
  socket.connect({ host, port });
  // The sleep ends by abort when the connection is settled before; nobody needs to hear of it.
  machine.sleep(timeoutMs, settled.signal).then(
    () => reject(new Error(`no answer within ${timeoutMs} ms`)),
    () => {},
  );
  try {
    await promise;
    return socket;
  } catch (cause) {
    socket.destroy();
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = 'check the address, and that the device has a free connection';
    throw new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${host}:${port} does not accept a connection: ${why}`, {
      hint,
      cause,
    });
  } finally {
    settled.abort();
    signal.removeEventListener('abort', abort);
  }
}
