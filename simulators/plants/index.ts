import { ScadaError } from '../../src/core/errors.ts';
import type { PlantPlugin } from '../../src/core/plant.ts';
import { gasLine } from './gas-line/index.ts';
import { reactor } from './reactor/index.ts';
import { robotCell } from './robot-cell/index.ts';
import { substation } from './substation/index.ts';
import { waterworks } from './waterworks/index.ts';

/** The simulated plants. */
export const plants: readonly PlantPlugin[] = [waterworks, substation, robotCell, gasLine, reactor];

/** Types of the simulated plants; the first one is the default. */
export const plantTypes = (): readonly string[] => plants.map(({ type }) => type);

/** The plant of a type. @throws ScadaError LAB_REFUSED if there is none */
export function plantOf(type: string): PlantPlugin {
  const plugin = plants.find((plant) => plant.type === type);
  if (plugin !== undefined) return plugin;
  throw new ScadaError('config', 'LAB_REFUSED', `there is no plant ${type}`, {
    hint: `choose one of ${plantTypes().join(', ')}`,
  });
}
