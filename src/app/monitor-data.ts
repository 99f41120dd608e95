import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../core/clock.ts';
import { type Damage, DamageReports } from '../core/damage.ts';
import type { Logger } from '../core/plugin.ts';
import { doesAnswer, logOpened, openDataDirectory, openStandIn, writeRefusal, useFileProcess } from '../data-directory/index.ts';
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
  /** True if the accounts are on a disk that does not answer: nobody can sign in during this run. */
  readonly areAccountsUnread: boolean;
}

/**
 * Locks a data directory for a monitor and repairs its stores.
 * @param command name of this process in the error message of a second one
 * @throws ScadaError DATA_IN_USE
 */
export async function openMonitorData(path: string, command: string, logLevel: LogLevel): Promise<MonitorData> {
  const now = systemClock.now();
  // the only access to the directory that may not come back, in a process of its own
  const doesDiskAnswer = await doesAnswer(path);
  const refusal = doesDiskAnswer ? writeRefusal(path) : undefined;
  if (!doesDiskAnswer || refusal !== undefined) return await openCopy(path, command, logLevel, refusal);
  using cleanup = new DisposableStack();
  cleanup.use(useFileProcess(systemClock));
  const directory = cleanup.use(openDataDirectory(path, command, now));
  const logger = cleanup.use(createLogger(logLevel, join(path, 'scadawatch.log')));
  logOpened(directory, logger);
  const damages = new DamageReports();
  for (const damage of await checkStores(path, now)) damages.report(damage);
  const lastEnd = await reportEnd(path, logger);
  const resources = cleanup.move();
  return { path, named: path, logger, damages, areAccountsUnread: false, lastEnd, [Symbol.dispose]: () => resources.dispose() };
}

/** A copy for a monitor whose data directory cannot be written (`refusal`) or does not answer. It lasts for this run only. */
async function openCopy(named: string, command: string, logLevel: LogLevel, refusal: string | undefined): Promise<MonitorData> {
  const now = systemClock.now();
  using cleanup = new DisposableStack();
  const standIn = cleanup.use(await openStandIn(named, command, now, refusal));
  const { path, missing } = standIn;
  // a missing database is no loss if no monitor has run here
  if (missing.length === 0 && !hasRunBefore(path) && !existsSync(join(path, 'state.db'))) openState(path)[Symbol.dispose]();
  // an administrator created now would be lost at the end of the run; anybody could create one
  markAccounts(path);
  const damages = new DamageReports((damage) => inNamed(damage, path, named));
  damages.report(standIn.damage);
  for (const damage of await checkStores(path, now)) damages.report(damage);
  const resources = cleanup.move();
  // to standard error: a log in the copy would be lost
  const areAccountsUnread = refusal === undefined && missing.includes('state.db');
  return { path, named, logger: createLogger(logLevel), damages, areAccountsUnread, [Symbol.dispose]: () => resources.dispose() };
}

/** A damage in the copy, reported for the original directory, where the file still exists. */
function inNamed({ file, lost, action, ...damage }: Damage, copy: string, named: string): Damage {
  const inWords = (text: string): string => text.replaceAll(copy, named);
  return { ...damage, file: inWords(file), lost: inWords(lost), action: inWords(action), movedTo: undefined };
}
