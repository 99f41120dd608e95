import { pino } from 'pino';
import type { Logger } from '../core/plugin.ts';
import { LogFile } from '../service/log-file.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Structured log as JSON lines, to a rotated file or to stderr. Disposal writes the waiting lines. */
export function createLogger(level: LogLevel, destination?: string): Logger & Disposable {
  const file = destination === undefined ? undefined : new LogFile(destination);
  const target = file ?? pino.destination({ dest: 2, sync: true });
  const log = pino(
    { level, base: null, redact: { paths: ['*.passphrase', '*.secret', '*.token', '*.password'], remove: true } },
    target,
  );
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
    fault: () => {
      file?.retry();
      return file?.error;
    },
    [Symbol.dispose]: () => file?.[Symbol.dispose](),
  };
}
