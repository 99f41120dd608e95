import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Plant, PlantState } from '../../src/core/plant.ts';
import type { SimulatorConfig } from './messages.ts';

/** A plant that was left alone for longer than this begins anew, ms: to live through it would keep the user waiting. */
const mostAwayMs = 3 * 86_400_000;

interface Kept {
  readonly plant: string;
  readonly seed: number;
  readonly state: PlantState;
}

type KeptIn = Pick<SimulatorConfig, 'plant' | 'seed' | 'keptIn'>;

/** Keeps a plant for the next run, whole or not at all. */
export async function keep(plant: Plant, { plant: type, seed, keptIn }: KeptIn): Promise<void> {
  if (keptIn === undefined) return;
  const kept: Kept = { plant: type, seed, state: plant.save() };
  await writeFile(`${keptIn}.new`, JSON.stringify(kept));
  await rename(`${keptIn}.new`, keptIn);
}

/**
 * Puts a new plant where the last run left it, lets go of what was done to it then, and lets it live through the time since: it
 * stands at `startTime` as if nobody had stopped it. Leaves a plant of another kind or seed, or one from too long ago, as it is.
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
