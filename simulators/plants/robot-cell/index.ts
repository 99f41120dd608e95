import { z } from 'zod';
import type { PlantPlugin } from '../../../src/core/plant.ts';
import { RobotCell } from './plant.ts';

const schema = z.strictObject({});

/** Robot cell: two arms, fixture with press, conveyors, safety zones. */
export const robotCell: PlantPlugin<z.infer<typeof schema>> = {
  type: 'robot-cell',
  summary: 'Robot cell: two arms, fixture with press, conveyors, safety zones; OPC UA Robotics.',
  schema,
  example: new URL('./plant.yaml', import.meta.url),
  shipped: { file: new URL('./baseline.json.gz', import.meta.url), season: 222 },
  ports: { controllers: [{ name: 'plc1', unit: 1, port: 5040 }], opcua: 4841 },
  create: async (_config, options) => new RobotCell(options),
};
