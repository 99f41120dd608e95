import type { PlantPoint } from '../../../../src/core/plant.ts';
import { PointTable } from '../../../plant-kit/point-table.ts';
import { controllerBlock } from '../../../plant-kit/rows.ts';
import { gatePoints } from './gates.ts';
import { linePoints } from './lines.ts';
import { stationPoints } from './station.ts';
import { unitPoints } from './units.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [
  ...linePoints,
  ...stationPoints,
  ...unitPoints,
  ...gatePoints,
  ...controllerBlock('plc1', 'station'),
  ...controllerBlock('rtu2', 'gates'),
];

export const table = new PointTable('gas line', points);

/** Index of a point. @throws RangeError for a name that the plant does not have */
export const at = (name: string): number => table.at(name);
