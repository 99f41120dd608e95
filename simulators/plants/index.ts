import type { PlantPlugin } from '../../src/core/plant.ts';
import { waterworks } from './waterworks/index.ts';

/** The simulated plants. */
export const plants: readonly PlantPlugin[] = [waterworks];
