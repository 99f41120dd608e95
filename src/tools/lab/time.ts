import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type PacedClock, systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { fileWrites, replace } from '../../data-directory/writes.ts';

/** Interval at which the plant's time is stored, ms of machine time. */
const noteEveryMs = 1_000;
/** Intervals by which the stored time is ahead of the plant, so that a kill between two writes does no harm. */
const aheadPeriods = 2;

const fileIn = (dataDir: string): string => join(dataDir, 'plant-time');

/** True if no lab has run on this data directory yet. */
export const isFirstRun = (dataDir: string): boolean => !existsSync(fileIn(dataDir));

/**
 * Start of the plant's time, ms UTC in whole seconds: now, or the end of the previous run if that is later. The lab may run
 * faster than the machine's clock. If plant time went back, new samples would lie among old ones, and the detectors would wait
 * for it.
 * @throws ScadaError CONFIG_INVALID if the stored time of the previous run cannot be read
 */
export function plantStartTime(dataDir: string, clock: Clock = systemClock): number {
  let noted = 0;
  try {
    noted = Number(readFileSync(fileIn(dataDir), 'utf8'));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
  if (!Number.isFinite(noted)) {
    throw new ScadaError('config', 'CONFIG_INVALID', `${fileIn(dataDir)} does not hold a time`, {
      hint: 'remove it if no run is to be continued',
    });
  }
  return Math.ceil(Math.max(clock.now(), noted) / 1000) * 1000;
}

/** Stores the plant's time for the next run until the signal aborts. */
export async function notePlantTime(dataDir: string, plant: PacedClock, signal: AbortSignal): Promise<void> {
  const file = fileIn(dataDir);
  for (;;) {
    const ahead = aheadPeriods * noteEveryMs * plant.pace.speed;
    try {
      await fileWrites.run(() => replace(file, String(Math.ceil(plant.now() + ahead))));
    } catch {
      // a failing disk does not end the lab; the next write follows a second later
    }
    await systemClock.sleep(noteEveryMs, signal);
  }
}
