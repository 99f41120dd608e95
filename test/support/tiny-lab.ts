import { z } from 'zod';
import { plants } from '../../simulators/plants/index.ts';
import type { PlantPlugin } from '../../src/core/plant.ts';
import { TinyPlant, tinyPoint } from './tiny-plant.ts';

/** Module for `node --import`: a second plant beside the shipped ones, in this process and its children. Its level rises by 1 m a second. */
const tiny: PlantPlugin = {
  type: 'tiny',
  summary: 'A tank that fills.',
  schema: z.strictObject({}),
  example: new URL('./tiny-lab.yaml', import.meta.url),
  ports: { controllers: [{ name: 'plc9', unit: 9, port: 5030 }] },
  create: async (_, { startTime, state }) => {
    const plant = new TinyPlant([tinyPoint('LEVEL', { controller: 'plc9', table: 'input', type: 'float32' })], startTime);
    plant.onStep = () => plant.set('LEVEL', plant.get('LEVEL') + 1);
    if (state !== undefined) plant.restore(state);
    return plant;
  },
};

(plants as PlantPlugin[]).push(tiny);
