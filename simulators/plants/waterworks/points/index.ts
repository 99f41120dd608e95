import type { PlantPoint } from '../../../../src/core/plant.ts';
import { PointTable } from '../../../plant-kit/point-table.ts';
import { controllerBlock } from '../../../plant-kit/rows.ts';
import { distributionPoints } from './distribution.ts';
import { treatmentPoints } from './treatment.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [
  ...treatmentPoints,
  ...distributionPoints,
  ...controllerBlock('plc1', 'treatment'),
  ...controllerBlock('rtu2', 'network'),
];

export const table = new PointTable('waterworks', points);

/** Index of a point. @throws RangeError for a name that the plant does not have */
export const at = (name: string): number => table.at(name);

/** Indices of the same point of several numbered pieces of equipment: `{}` in the pattern is the number, from 1. */
export const each = (pattern: string, count: number): readonly number[] => table.each(pattern, count);
