import type { Duplex } from 'node:stream';
import type { Clock } from '../../../src/core/clock.ts';
import { ScadaError } from '../../../src/core/errors.ts';

/** Deadline, clock and abort signal of opening a connection. */
export interface Opening {
  readonly timeoutMs: number;
  readonly machine: Clock;
  readonly signal: AbortSignal;
}

/**
 * Waits for `event`, with which a stream reports that it is open. A failed, late or aborted opening is cleaned up.
 * @param refuse creates the error from the cause
 */
export async function opened<Stream extends Duplex>(
  stream: Stream,
  event: string,
  { timeoutMs, machine, signal }: Opening,
  refuse: (cause: unknown) => ScadaError,
): Promise<Stream> {
  const settled = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason as Error);
  const closed = (): void => reject(new Error('closed at once'));
  // Stays for the life of the stream: an error after the opening is reported by its 'close' event.
  stream.on('error', reject);
  stream.once('close', closed);
  stream.once(event, resolve);
  signal.addEventListener('abort', abort, { once: true });
  // The sleep is aborted if the opening has settled before; its error is not needed.
  machine.sleep(timeoutMs, settled.signal).then(
    () => reject(new Error(`no answer within ${timeoutMs} ms`)),
    () => {},
  );
  try {
    signal.throwIfAborted();
    await promise;
    return stream;
  } catch (cause) {
    stream.destroy();
    signal.throwIfAborted();
    throw refuse(cause);
  } finally {
    settled.abort();
    stream.off('close', closed);
    signal.removeEventListener('abort', abort);
  }
}

/** Message of a thrown value. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** The device does not accept a connection, for a temporary reason. */
export const unreachable = (where: string, cause: unknown): ScadaError =>
  new ScadaError('retryable', 'DEVICE_UNREACHABLE', `${where} does not accept a connection: ${reasonOf(cause)}`, {
    hint: 'check the address, and that the device has a free connection',
    cause,
  });
