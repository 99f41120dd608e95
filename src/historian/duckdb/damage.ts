import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import { moveAside } from '../../data-directory/index.ts';

const hotFile = (dir: string): string => join(dir, 'hot.duckdb');
/** First bytes of DuckDB's write-ahead log: the entry with its version. */
const walHead = Buffer.from([0x64, 0x00, 0x62, 0x65, 0x00]);

/** Error texts with causes outside of the files. Nothing is moved aside for these. */
const passing =
  /process of the embedded store|has not answered since|lock|permission|denied|read-only|no space|out of memory|memory limit|could not allocate|too many open/i;

/** True for an error of DuckDB that means a damaged file. */
export const isDamage = (thrown: unknown): boolean => !passing.test((thrown as Error).message);

/**
 * Moves files aside that are recognisably damaged, before DuckDB opens them. DuckDB skips a damaged write-ahead log without an
 * error.
 * @param now ms UTC
 */
export function asideUnopened(dir: string, now: number): Damage[] {
  const file = hotFile(dir);
  const wal = `${file}.wal`;
  const damages: Damage[] = [];
  if (existsSync(wal) && !existsSync(file)) damages.push(...asideHot(dir, 'is missing, but its write-ahead log is there', now));
  if (!existsSync(file) && damages.length === 0 && readdirSync(dir).some((name) => name.endsWith('.parquet')))
    damages.push(...asideHot(dir, 'is missing beside finished days', now));
  if ((statSync(wal, { throwIfNoEntry: false })?.size ?? 0) > 0 && !headOf(wal).equals(walHead)) {
    damages.push({
      file: wal,
      reason: 'is not a write-ahead log of DuckDB',
      lost: 'Samples of the last minutes before the previous end of the monitor are lost.',
      movedTo: moveAside(wal, now),
      action: 'Check the disk. `scadawatch restore` brings back a backup',
    });
  }
  return damages;
}

/** Moves the database of the current day aside. @param reason the damage, as the end of a sentence */
export function asideHot(dir: string, reason: string, now: number): Damage[] {
  const file = hotFile(dir);
  const movedTo = existsSync(file) ? moveAside(file, now) : undefined;
  if (existsSync(`${file}.wal`)) moveAside(`${file}.wal`, now);
  return [
    {
      file,
      reason,
      lost: 'Samples that were not yet written to the file of their day are lost: those of the running day.',
      movedTo,
      action: 'Check the disk. `scadawatch restore` brings back a backup',
    },
  ];
}

/** Moves the file of a day aside. */
export function asideDay(file: string, reason: string, now: number): Damage {
  return {
    file,
    reason,
    lost: 'The samples of this day are lost.',
    movedTo: moveAside(file, now),
    action: 'Check the disk. `scadawatch restore` brings back a backup',
  };
}

/** Report of samples with impossible source times that an earlier version stored. */
export const movedStrays = (dir: string, count: number): Damage => ({
  file: hotFile(dir),
  reason: `had ${count} samples with source times that cannot be right`,
  lost: 'Nothing is lost: the samples are now kept under their receive times.',
  action: 'Correct the clock of the device that sent them',
});

function headOf(file: string): Buffer {
  const head = Buffer.alloc(walHead.length);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
  } finally {
    closeSync(handle);
  }
  return head;
}
