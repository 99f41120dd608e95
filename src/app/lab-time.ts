import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type PacedClock, systemClock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import { fileWrites, replace } from '../data-directory/writes.ts';

/** How often the plant's time is noted, ms of machine time. */
const noteEveryMs = 1_000;
/** The note runs ahead of the plant by so many of its periods, so that a kill between two notes does no harm. */
const aheadPeriods = 2;

const fileIn = (dataDir: string): string => join(dataDir, 'plant-time');

/** True where no lab has run on this data directory yet. */
export const isFirstRun = (dataDir: string): boolean => !existsSync(fileIn(dataDir));

/**
 * When the plant's time begins, ms UTC in whole seconds: now, or behind the run before if that was faster than the machine's
 * clock. Plant time that stepped back would put new samples among old ones and leave the detectors waiting for it.
 * @throws ScadaError CONFIG_INVALID when the note of the run before cannot be understood
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

/** Notes the plant's time for the next run until the signal aborts. */
export async function notePlantTime(dataDir: string, plant: PacedClock, signal: AbortSignal): Promise<void> {
  const file = fileIn(dataDir);
  for (;;) {
    const ahead = aheadPeriods * noteEveryMs * plant.pace.speed;
    try {
      await fileWrites.run(() => replace(file, String(Math.ceil(plant.now() + ahead))));
    } catch {
      // a disk that fails does not end the lab; the note is written again a second later
    }
    await systemClock.sleep(noteEveryMs, signal);
  }
}
