import { z } from 'zod';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { GasLine } from './plant.ts';

const schema = z.strictObject({});

/** Gas transmission line with a compressor station and three city gates. */
export const gasLine: PlantPlugin<z.infer<typeof schema>> = {
  type: 'gas-line',
  summary: 'Gas transmission line: 220 km, compressor station with three units and anti-surge control, three city gates.',
  schema,
  example: new URL('./plant.yaml', import.meta.url),
  ports: {
    controllers: [
      { name: 'plc1', unit: 1, port: 5050 },
      { name: 'rtu2', unit: 2, port: 5051 },
    ],
  },
  // in summer: demand follows the temperature, and three cold days would not show those of the next week
  shipped: { file: new URL('./baseline.json.gz', import.meta.url), season: 222 },
  create: async (_config, options) => new GasLine(options),
};
