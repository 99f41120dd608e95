import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import { moveAside } from '../../data-directory/index.ts';
import { checkQueue } from '../../storage/disk-queue/check.ts';
import { checkEventLog } from '../../storage/event-log/index.ts';
import { eventsFolder, historyFolder } from '../../data-directory/folders.ts';
import { snapshotFailure } from '../../storage/snapshot.ts';
import { checkCertificates } from './certificates.ts';

const spoolFolder = 'spool';
const checkDisk = 'Check the disk of the data directory';

/** JSON files by name, with the loss if one is damaged. */
const jsonFiles: Readonly<Record<string, string>> = {
  'told.json': 'Alarms that this notifier had yet to send when the last run ended are not sent.',
  'patterns.json': 'The tags of its patterns are requested from the device again.',
  'posture.json': 'The security posture of the device is recorded again; changes since the last run are not reported.',
  'refused.json': 'Addresses that the device refuses are looked for again.',
  'feeds.json': 'Recorded traffic is searched again for the indicators of the feeds: past hits raise alerts again.',
  'plant.json': 'The simulated plant restarts from its initial state.',
};

/**
 * Checks every store of a data directory, and moves damaged files aside that would break a start. `state.db` and the historian
 * check themselves.
 * @param now ms UTC
 */
export async function checkStores(dataDir: string, now: number): Promise<Damage[]> {
  return [
    ...checkFolders(dataDir, now),
    ...(await checkQueue(join(dataDir, spoolFolder), 'Samples that waited for the historian are lost.', now)),
    ...(await checkEventLog(join(dataDir, eventsFolder), now)),
    ...['detection.snapshot', 'shadow.snapshot'].flatMap((name) => checkSnapshot(join(dataDir, name), now)),
    ...checkText(
      join(dataDir, 'plant-time'),
      /^\d+$/,
      'does not hold a time',
      'The time of the simulated plant restarts at the present time.',
      now,
    ),
    ...checkText(
      join(dataDir, 'secret.key'),
      /^[0-9a-f]{64}$/,
      'does not hold a key',
      'Known devices sign in as new ones, and pseudonyms of new exports differ.',
      now,
    ),
    ...checkJson(dataDir, now),
    ...checkCertificates(dataDir, now),
  ];
}

/** Replaces a file at the path of a folder, or a folder that cannot be written, by a new folder. */
function checkFolders(dataDir: string, now: number): Damage[] {
  return [historyFolder, eventsFolder, spoolFolder, 'notify', 'devices', 'feeds', 'simulator-pki'].flatMap((name) => {
    const folder = join(dataDir, name);
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined || (stat.isDirectory() && isWritable(folder))) return [];
    const reason = stat.isDirectory() ? 'cannot be written by this user' : 'is a file and not a folder';
    return [damage(folder, reason, 'Its contents are not used.', now)];
  });
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function checkSnapshot(file: string, now: number): Damage[] {
  const reason = snapshotFailure(file);
  return reason === undefined ? [] : [damage(file, reason, 'Detectors restart with the learned baseline.', now)];
}

function checkText(file: string, form: RegExp, reason: string, lost: string, now: number): Damage[] {
  return existsSync(file) && !form.test(readFileSync(file, 'utf8').trim()) ? [damage(file, reason, lost, now)] : [];
}

function checkJson(dir: string, now: number): Damage[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    // the historian's folder has many files and no JSON
    if (entry.isDirectory()) return entry.name === historyFolder || entry.name === eventsFolder ? [] : checkJson(path, now);
    const lost = jsonFiles[entry.name];
    return lost === undefined || !entry.isFile() || isObject(path) ? [] : [damage(path, 'is not JSON', lost, now)];
  });
}

function isObject(file: string): boolean {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}

const damage = (file: string, reason: string, lost: string, now: number): Damage => ({
  file,
  reason,
  lost,
  movedTo: moveAside(file, now),
  action: checkDisk,
});
