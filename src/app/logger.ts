import { pino } from 'pino';
import type { Logger } from '../core/plugin.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Structured log to a file or to standard error, as JSON lines. */
export function createLogger(level: LogLevel, destination?: string): Logger {
  const target = pino.destination(
    destination === undefined ? { dest: 2, sync: true } : { dest: destination, mkdir: true, sync: true },
  );
  const log = pino(
    { level, base: null, redact: { paths: ['*.passphrase', '*.secret', '*.token', '*.password'], remove: true } },
    target,
  );
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}
