import { z } from 'zod';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { Reactor } from './plant.ts';

const schema = z.strictObject({});

/** Reactor section of the Tennessee Eastman class. */
export const reactor: PlantPlugin<z.infer<typeof schema>> = {
  type: 'reactor',
  summary: 'Reactor section of a chemical plant (Tennessee Eastman): reactor, separator, stripper, recycle, safety system.',
  schema,
  example: new URL('./plant.yaml', import.meta.url),
  shipped: { file: new URL('./baseline.json.gz', import.meta.url), season: 222 },
  ports: {
    controllers: [
      { name: 'plc1', unit: 1, port: 5060 },
      { name: 'sis2', unit: 2, port: 5061 },
    ],
  },
  create: async (_config, options) => new Reactor(options),
};
