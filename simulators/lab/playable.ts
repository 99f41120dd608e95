import type { Plant } from '../../src/core/plant.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { plantTypes } from '../plants/index.ts';
import { readScenarios } from '../scenario-kit/read.ts';
import { scenariosOf, shippedIds } from '../scenarios/index.ts';
import type { SimulatorConfig } from './messages.ts';

/**
 * The scenarios of a plant: the shipped ones, then those of the user.
 * @throws ScadaError `config` with file and line if a file of the user cannot be used
 */
export function playable(
  { plant: type, scenariosIn }: Pick<SimulatorConfig, 'plant' | 'scenariosIn'>,
  plant: Plant,
): readonly Scenario[] {
  if (scenariosIn === undefined) return scenariosOf(type);
  const own = readScenarios(scenariosIn, { taken: shippedIds, plants: plantTypes(), against: { type, plant } });
  return [...scenariosOf(type), ...own.filter((scenario) => scenario.plant === type)];
}
