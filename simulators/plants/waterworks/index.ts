import { z } from 'zod';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { Waterworks } from './plant.ts';

const schema = z.strictObject({
  hydraulicsS: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .describe('seconds of plant time between two hydraulic solutions while no pump or valve changes'),
});

/** Waterworks of a town of 45 000: river intake, treatment, clearwell, pumping station and a network of three zones. */
export const waterworks: PlantPlugin<z.infer<typeof schema>> = {
  type: 'waterworks',
  summary: 'Waterworks of a small town: intake, treatment, clearwell, pumping station, network of three zones.',
  schema,
  example: new URL('./plant.yaml', import.meta.url),
  // an analyser is held at any value while it is calibrated: what was learned at one value does not hold for the next
  shipped: { file: new URL('./baseline.json.gz', import.meta.url), season: 222, undecided: ['CL.AT01'] },
  ports: {
    controllers: [
      { name: 'plc1', unit: 1, port: 5020 },
      { name: 'rtu2', unit: 2, port: 5021 },
    ],
    opcua: 4840,
  },
  create: async (config, options) => Waterworks.create(options, config.hydraulicsS),
};
