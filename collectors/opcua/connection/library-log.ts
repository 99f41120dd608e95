import { format } from 'node:util';
import { setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua-client';
import type { Logger } from '../../../src/core/plugin.ts';

/** Sends what node-opcua would print to the console to our log, where it is detail: what matters comes as an error. */
export function quietLibrary(logger: Logger): void {
  // the first argument is the place in the library
  const write = (_place: unknown, ...parts: unknown[]): void => logger.debug(`node-opcua: ${format(...parts)}`);
  setDebugLogger(write);
  setWarningLogger(write);
  setErrorLogger(write);
}
