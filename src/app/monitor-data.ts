import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { type Damage, DamageReports } from '../core/damage.ts';
import type { Logger } from '../core/plugin.ts';
import { logOpened, openDataDirectory, openStandIn, writeRefusal } from '../data-directory/index.ts';
import { hasRunBefore, markAccounts } from '../state/accounts-mark.ts';
import { openState } from '../state/state.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { reportEnd } from '../service/run-record.ts';
import { checkStores } from '../tools/recovery/stores.ts';

/** The locked and checked data directory of a monitor that is about to start, with its log. */
export interface MonitorData extends Disposable {
  /** Path that the monitor reads and writes. */
  readonly path: string;
  /** Path as the user gave it. It differs from `path` if it cannot be written. */
  readonly named: string;
  readonly logger: Logger;
  readonly damages: DamageReports;
  /** End of the last run, as sentences; undefined if it was stopped. */
  readonly lastEnd?: string | undefined;
}

/**
 * Locks a data directory for a monitor and repairs its stores.
 * @param command name of this process in the error message of a second one
 * @throws ScadaError DATA_IN_USE
 */
export async function openMonitorData(path: string, command: string, logLevel: LogLevel): Promise<MonitorData> {
  const now = systemClock.now();
  const refusal = writeRefusal(path);
  if (refusal !== undefined) return await openCopy(path, command, logLevel, refusal);
  using cleanup = new DisposableStack();
  const directory = cleanup.use(openDataDirectory(path, command, now));
  const logger = cleanup.use(createLogger(logLevel, join(path, 'scadawatch.log')));
  logOpened(directory, logger);
  const damages = new DamageReports();
  for (const damage of await checkStores(path, now)) damages.report(damage);
  const lastEnd = await reportEnd(path, logger);
  const resources = cleanup.move();
  return { path, named: path, logger, damages, lastEnd, [Symbol.dispose]: () => resources.dispose() };
}

/** A copy for a monitor whose data directory cannot be written. The copy lasts for this run only. */
async function openCopy(named: string, command: string, logLevel: LogLevel, refusal: string): Promise<MonitorData> {
  const now = systemClock.now();
  using cleanup = new DisposableStack();
  const { path, missing, isLocked } = cleanup.use(openStandIn(named, command, now));
  // a missing database is no loss if no monitor has run here
  if (missing.length === 0 && !hasRunBefore(path) && !existsSync(join(path, 'state.db'))) openState(path)[Symbol.dispose]();
  // an administrator created now would be lost at the end of the run; anybody could create one
  markAccounts(path);
  const damages = new DamageReports((damage) => inNamed(damage, path, named));
  damages.report({
    title: 'Data directory cannot be written',
    file: named,
    reason: `cannot be written (${refusal})`,
    lost: [
      'Samples, alarms, acknowledgements, accounts and audit records of this run are lost at its end. Recorded history is not shown.',
      ...(missing.length === 0 ? [] : [`These could not be read: ${missing.join(', ')}.`]),
      ...(isLocked ? [] : ['The directory is not locked: a second monitor on it is not refused.']),
    ].join(' '),
    action: 'Make the directory writable for this user, then restart scadawatch',
  });
  for (const damage of await checkStores(path, now)) damages.report(damage);
  const resources = cleanup.move();
  // to standard error: a log in the copy would be lost
  return { path, named, logger: createLogger(logLevel), damages, [Symbol.dispose]: () => resources.dispose() };
}

/** A damage in the copy, reported for the original directory, where the file still exists. */
function inNamed({ file, lost, action, ...damage }: Damage, copy: string, named: string): Damage {
  const inWords = (text: string): string => text.replaceAll(copy, named);
  return { ...damage, file: inWords(file), lost: inWords(lost), action: inWords(action), movedTo: undefined };
}
