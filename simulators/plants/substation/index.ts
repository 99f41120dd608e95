import { z } from 'zod';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { Substation } from './plant.ts';

const schema = z.strictObject({});

/** Substation 110/20 kV with four feeders, a small hydro unit and a diesel set. */
export const substation: PlantPlugin<z.infer<typeof schema>> = {
  type: 'substation',
  summary: 'Substation 110/20 kV: two transformers, four feeders with protection, small hydro unit, diesel set.',
  schema,
  example: new URL('./plant.yaml', import.meta.url),
  // in summer: demand follows the temperature below 15 °C, and three cold days would not show those of the next week
  shipped: { file: new URL('./baseline.json.gz', import.meta.url), season: 222 },
  ports: {
    controllers: [
      { name: 'rtu1', unit: 1, port: 5030 },
      { name: 'plc2', unit: 2, port: 5031 },
    ],
  },
  create: async (_config, options) => new Substation(options),
};
