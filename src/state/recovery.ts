import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { consoleActor } from '../core/console-actor.ts';
import type { Damage } from '../core/damage.ts';
import { personOf } from '../core/person.ts';
import { ScadaError } from '../core/errors.ts';
import type { SignInClosed } from '../core/state.ts';
import { moveAside } from '../data-directory/index.ts';
import { clearAccountsMark, hasAccountsMark, hasRunBefore, markAccounts } from './accounts-mark.ts';
import { isPassing } from './database.ts';
import { openState } from './state.ts';

/** Largest database that is read completely at a start, bytes; this takes about a second. */
const mostChecked = 268_435_456;
/** First bytes of a write-ahead log; the last bit is the byte order (https://sqlite.org/fileformat2.html#the_write_ahead_log). */
const walMagic = 0x377f0682;

export interface PreparedState {
  readonly damages: readonly Damage[];
  /** Set if accounts were lost. */
  readonly signInClosed: SignInClosed | undefined;
}

/**
 * Prepares `state.db` of a data directory for opening. A damaged database is moved aside and replaced by a new one. If accounts
 * are lost by that, or because the file was emptied or removed, sign-in stays closed. Otherwise, anybody who can truncate a file
 * would become administrator at the next start.
 * @param now ms UTC
 * @param named the directory as commands must name it
 * @param areAccountsUnread true if they are on a disk that does not answer
 * @throws ScadaError STATE_CORRUPT for a database of a later version
 */
export function prepareState(dir: string, now: number, named: string = dir, areAccountsUnread = false): PreparedState {
  if (areAccountsUnread) return { damages: [], signInClosed: unread(named) };
  const file = join(dir, 'state.db');
  const isFirst = !hasRunBefore(dir);
  const damages: Damage[] = [];
  if (hasDamagedWal(file)) damages.push(asideWal(file, now));
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  const reason =
    size !== undefined && size > 0 ? damageOf(dir, size) : isFirst ? undefined : size === 0 ? 'is empty' : 'is missing';
  if (reason !== undefined) {
    markAccounts(dir);
    damages.push(asideDatabase(file, reason, now));
  }
  const users = countUsers(dir);
  if (users !== undefined && users > 0) markAccounts(dir);
  return { damages, signInClosed: users !== undefined && users > 0 ? undefined : closedIn(dir, named) };
}

/** Reason why sign-in is closed on a data directory without accounts; undefined for a first start. */
export function closedIn(dir: string, named: string = dir): SignInClosed | undefined {
  if (!hasAccountsMark(dir)) return undefined;
  return {
    reason: 'The accounts of this monitor were lost with its database. The plant is watched, alarms are raised and sent.',
    commands: [`scadawatch restore BACKUP --data ${named}`, `scadawatch users reset --data ${named}`],
  };
}

/** Accounts that exist, and cannot be read during this run. */
const unread = (named: string): SignInClosed => ({
  reason: `The accounts cannot be read, because the disk of ${named} does not answer: nobody can sign in. The plant is watched, alarms are raised and sent.`,
  commands: [],
});

/**
 * Removes every account, so that the next start issues a set-up link.
 * @param now ms UTC
 * @returns the removed names
 */
export function resetUsers(dir: string, now: number): readonly string[] {
  using state = openState(dir);
  const names = state.users.list().map(({ name }) => name);
  for (const name of names) state.users.remove(name);
  state.audit.append({
    time: now,
    ...consoleActor(),
    action: 'users.reset',
    object: 'all accounts',
    before: `${names.length} accounts`,
    after: 'none',
  });
  clearAccountsMark(dir);
  return names;
}

/**
 * Removes the second factor of an account, and ends its sessions.
 * @param now ms UTC
 * @throws ScadaError INPUT_INVALID if there is none
 */
export function resetSecondFactor(dir: string, name: string, now: number): void {
  using state = openState(dir);
  const user = state.users.find(name);
  if (user?.secondFactor === undefined) {
    const problem = user === undefined ? `there is no account ${name}` : `the account ${name} has no second factor`;
    throw new ScadaError('config', 'INPUT_INVALID', problem, { hint: 'Check the name.' });
  }
  state.users.change(name, { secondFactor: null });
  for (const { secretHash, person } of state.sessions.list()) if (person === personOf(user)) state.sessions.remove(secretHash);
  state.audit.append({ ...consoleActor(), time: now, action: 'user.second-factor-reset', object: name });
}

/** Damage of the database as the end of a sentence; undefined if it is usable, or temporarily unusable. */
function damageOf(dir: string, size: number): string | undefined {
  try {
    using state = openState(dir);
    state.alerts.open();
    state.users.list();
    state.audit.read({ limit: 1 });
    state.maintenance.during(0, 0);
    return size <= mostChecked ? failedCheck(join(dir, 'state.db')) : undefined;
  } catch (thrown) {
    const cause = thrown instanceof ScadaError ? thrown.cause : thrown;
    // a database of a later version is intact, and this version must not change it
    if (cause === undefined) throw thrown;
    if (isPassing(cause)) return undefined;
    return `cannot be read: ${(cause as Error).message}`;
  }
}

function failedCheck(file: string): string | undefined {
  const database = new DatabaseSync(file);
  try {
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
    return found === 'ok' ? undefined : `is damaged: ${found}`;
  } finally {
    database.close();
  }
}

function countUsers(dir: string): number | undefined {
  try {
    using state = openState(dir);
    return state.users.list().length;
  } catch {
    // locked or on a failing disk: opening the store reports it
    return undefined;
  }
}

function hasDamagedWal(file: string): boolean {
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return false;
  const head = Buffer.alloc(4);
  const wal = openSync(`${file}-wal`, 'r');
  try {
    readSync(wal, head, 0, head.length, 0);
  } finally {
    closeSync(wal);
  }
  return size < 32 || (head.readUInt32BE(0) & ~1) !== walMagic;
}

function asideWal(file: string, now: number): Damage {
  return {
    file: `${file}-wal`,
    reason: 'is not a write-ahead log of SQLite',
    lost: 'The last changes of alarms, accounts and the audit trail before the previous end of the monitor are lost.',
    movedTo: moveAside(`${file}-wal`, now),
    action: 'Check the latest alarms and accounts; `scadawatch restore` brings back a backup',
  };
}

function asideDatabase(file: string, reason: string, now: number): Damage {
  const movedTo = existsSync(file) ? moveAside(file, now) : undefined;
  for (const companion of [`${file}-wal`, `${file}-shm`]) if (existsSync(companion)) moveAside(companion, now);
  return {
    file,
    reason,
    lost: 'Past alarms, the audit trail, accounts, baselines and maintenance windows are lost. Nobody can sign in.',
    movedTo,
    action: 'Stop scadawatch, then type `scadawatch restore BACKUP` or `scadawatch users reset` with its --data',
  };
}
