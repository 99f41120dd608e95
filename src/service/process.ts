import { systemClock } from '../core/clock.ts';

/** Exit statuses of commands. */
export const exitCodes = {
  /** The command ran, but what it checked failed: a device that does not respond, a missed scenario. */
  failed: 1,
  /** The user must change the input: configuration, options, files. */
  usage: 2,
  /** An internal fault of scadawatch or of the machine. */
  internal: 3,
  /** Stopped before its end, like a shell after SIGINT. */
  stopped: 130,
} as const;

/** Time after a signal in which the same stop may arrive again, from a process group and from a parent process, ms. */
const sameStopMs = 1_000;

/** Aborts at SIGINT or SIGTERM; a signal after the first second ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let stoppedAt = Number.NaN;
  const stop = (): void => {
    const now = systemClock.monotonic();
    if (now - stoppedAt > sameStopMs) process.exit(exitCodes.stopped);
    if (controller.signal.aborted) return;
    stoppedAt = now;
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Resolves when the signal aborts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
