import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { DamageReports } from '../../core/damage.ts';
import type { Logger } from '../../core/plugin.ts';
import { logOpened, openDataDirectory } from '../../data-directory/index.ts';
import { createLogger, type LogLevel } from '../logger.ts';
import { checkStores } from './stores.ts';

/** The data directory of a monitor that is about to start, locked and checked, with its log. */
export interface MonitorData extends Disposable {
  readonly path: string;
  readonly logger: Logger;
  readonly damages: DamageReports;
}

/**
 * Takes a data directory for a monitor and makes its stores fit to be opened.
 * @param command what this process does, for the error message of a second one
 * @throws ScadaError DATA_IN_USE
 */
export async function openMonitorData(path: string, command: string, logLevel: LogLevel): Promise<MonitorData> {
  const now = systemClock.now();
  const directory = openDataDirectory(path, command, now);
  const logger = createLogger(logLevel, join(path, 'scadawatch.log'));
  logOpened(directory, logger);
  const damages = new DamageReports();
  for (const damage of await checkStores(path, now)) damages.report(damage);
  return { path, logger, damages, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}
