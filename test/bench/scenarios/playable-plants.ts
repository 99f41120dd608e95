import { plantOf, plants } from '../../../simulators/plants/index.ts';
import type { PlantPlugin } from '../../../src/core/plant.ts';

/** Plants of a run, and a line about those that are left out. */
export interface PlayablePlants {
  readonly chosen: readonly PlantPlugin[];
  readonly note: string | undefined;
}

/** The given plant, or all plants that ship a baseline: without one nothing can be detected. */
export function playablePlants(plant: string | undefined, all: readonly PlantPlugin[] = plants): PlayablePlants {
  // the stage of a plant refuses one that was asked for
  if (plant !== undefined) return { chosen: [plantOf(plant)], note: undefined };
  const without = all.filter(({ shipped }) => shipped === undefined).map(({ type }) => type);
  return {
    chosen: all.filter(({ shipped }) => shipped !== undefined),
    note: without.length === 0 ? undefined : `not played, because no baseline is shipped: ${without.join(', ')}`,
  };
}
