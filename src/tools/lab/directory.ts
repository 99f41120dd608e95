import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ScadaError } from '../../core/errors.ts';

/** File in the data directory that stores the simulated plant between runs. */
export const plantFile = (dataDir: string): string => join(dataDir, 'plant.json');

/**
 * Data directory of a lab if the user names none. The first plant of the list has the usual one, each other plant its own: history,
 * baseline, alerts and accounts belong to one site.
 */
export const labDirectory = (
  { data, plant }: { readonly data: string; readonly plant: string },
  plants: readonly string[],
): string => (plant === plants[0] ? data : `${data}-${plant}`);

/** @throws ScadaError LAB_REFUSED if the last run on the data directory simulated another one of these plants */
export function refuseOtherPlant(dataDir: string, plant: string, plants: readonly string[]): void {
  const begin = beginOf(plantFile(dataDir));
  const last = plants.find((type) => begin.startsWith(`{"plant":${JSON.stringify(type)},`));
  if (last === undefined || last === plant) return;
  throw new ScadaError('config', 'LAB_REFUSED', `the data directory ${dataDir} belongs to the plant ${last}, not to ${plant}`, {
    hint: `name another one with --data, or start with --plant ${last}`,
  });
}

/** First characters of a file; empty if it cannot be read. */
function beginOf(file: string): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(200);
      return bytes.toString('utf8', 0, readSync(handle, bytes));
    } finally {
      closeSync(handle);
    }
  } catch {
    return '';
  }
}
