import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { otherDisks } from '../../data-directory/disk-access.ts';

/** File in the data directory that stores the simulated plant between runs. */
export const plantFile = (dataDir: string): string => join(dataDir, 'plant.json');

/** Folder of the other plants below the data directory of a lab. */
const plantsFolder = 'plants';

export interface LabDirectories {
  /** History, baseline, alerts and audit trail of the plant. */
  readonly data: string;
  /** Accounts and API tokens, which belong to the installation. */
  readonly accounts: string;
}

/**
 * Directories of a plant of a lab. The data directory belongs to the plant that ran on it first; if the user names none, to the first plant of
 * the list. Each other plant has a folder of its own below it, because history, baseline and alerts belong to one site. Accounts are
 * those of the data directory. An earlier version kept other plants beside it, each with its own accounts: such a directory stays in use.
 */
export async function labDirectories(
  { data, plant, isNamed }: { readonly data: string; readonly plant: string; readonly isNamed: boolean },
  plants: readonly string[],
): Promise<LabDirectories> {
  const begin = await beginOf(plantFile(data));
  const usual = isNamed ? plant : plants[0];
  const owner = plants.find((type) => begin.startsWith(`{"plant":${JSON.stringify(type)},`)) ?? usual;
  if (owner === plant) return { data, accounts: data };
  const beside = `${data}-${plant}`;
  if (!isNamed && (await otherDisks.run(() => stat(beside)).catch(() => undefined)) !== undefined)
    return { data: beside, accounts: beside };
  return { data: join(data, plantsFolder, plant), accounts: data };
}

/** First characters of a file; empty if it cannot be read, or if its disk does not answer. */
async function beginOf(path: string): Promise<string> {
  const read = async (): Promise<string> => {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200));
    return buffer.toString('utf8', 0, bytesRead);
  };
  return await otherDisks.run(read).catch(() => '');
}
