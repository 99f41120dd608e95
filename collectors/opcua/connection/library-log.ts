import { format } from 'node:util';
import { setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua-client';
import type { Logger } from '../../../src/core/plugin.ts';

/** Redirects node-opcua's console output to the log at level debug; relevant failures arrive as errors. */
export function quietLibrary(logger: Logger): void {
  // the first argument is the source position in the library
  const write = (_place: unknown, ...parts: unknown[]): void => logger.debug(`node-opcua: ${format(...parts)}`);
  setDebugLogger(write);
  setWarningLogger(write);
  setErrorLogger(write);
}
