import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Plant, PlantState } from '../../src/core/plant.ts';
import type { SimulatorConfig } from './messages.ts';

/**
 * Maximum time since the last run, ms. After a longer one the plant starts over, because its simulation would keep the user
 * waiting.
 */
const mostAwayMs = 3 * 86_400_000;

interface Kept {
  readonly plant: string;
  readonly seed: number;
  readonly state: PlantState;
}

type KeptIn = Pick<SimulatorConfig, 'plant' | 'seed' | 'keptIn'>;

/** Stores a plant for the next run. After a crash the file is complete or unchanged. */
export async function keep(plant: Plant, { plant: type, seed, keptIn }: KeptIn): Promise<void> {
  if (keptIn === undefined) return;
  const kept: Kept = { plant: type, seed, state: plant.save() };
  await writeFile(`${keptIn}.new`, JSON.stringify(kept));
  await rename(`${keptIn}.new`, keptIn);
}

/**
 * Restores a new plant from the last run, releases all acts of then, and simulates the time since: its state at `startTime` is as
 * without the stop. Changes nothing if the stored plant has another type or seed, or is too old.
 */
export async function resume(
  plant: Plant,
  { keptIn, startTime, ...which }: KeptIn & Pick<SimulatorConfig, 'startTime'>,
): Promise<void> {
  if (keptIn === undefined) return;
  let text: string;
  try {
    text = await readFile(keptIn, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  const kept = JSON.parse(text) as Kept;
  if (kept.plant !== which.plant || kept.seed !== which.seed) return;
  const begun = plant.save();
  plant.restore(kept.state);
  const awayMs = startTime - plant.time;
  if (awayMs < 0 || awayMs > mostAwayMs) {
    plant.restore(begun);
    return;
  }
  plant.act({ type: 'release', point: '*' });
  plant.step(Math.round(awayMs / 1000));
}
