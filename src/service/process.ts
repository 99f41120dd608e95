/** What a command's exit status means. */
export const exitCodes = {
  /** It ran and what it tried did not hold: a device that does not answer, a scenario that was missed. */
  failed: 1,
  /** The user must change the input: configuration, options, files. */
  usage: 2,
  /** A fault of scadawatch or of the machine. */
  internal: 3,
  /** It was told to stop before its end, as a shell says it of SIGINT. */
  stopped: 130,
} as const;

/** Aborts at SIGINT or SIGTERM; a second signal ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.stopped);
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
