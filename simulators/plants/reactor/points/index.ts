import type { PlantPoint } from '../../../../src/core/plant.ts';
import { PointTable } from '../../../plant-kit/point-table.ts';
import { controllerBlock, Rows } from '../../../plant-kit/rows.ts';
import { loopPoints } from './loops.ts';
import { processPoints } from './process.ts';
import { qualityPoints } from './quality.ts';
import { safetyPoints } from './safety.ts';
import { valvePoints } from './valves.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [
  ...processPoints,
  ...valvePoints,
  ...loopPoints,
  ...qualityPoints,
  ...safetyPoints,
  ...controllerBlock('plc1', 'reactor'),
  ...new Rows('plc1').holding('reactor/PLC1', 'SUM', 908, [0, 65_535], 'Checksum of the program', { type: 'uint16' }).points,
  ...controllerBlock('sis2', 'safety'),
];

export const table = new PointTable('reactor section', points);

/** Index of a point. @throws RangeError for a name that the plant does not have */
export const at = (name: string): number => table.at(name);
