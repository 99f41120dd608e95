import type { PlantPoint } from '../../../../src/core/plant.ts';
import { PointTable } from '../../../plant-kit/point-table.ts';
import { controllerBlock } from '../../../plant-kit/rows.ts';
import { generationPoints } from './generation.ts';
import { networkPoints } from './network.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [
  ...networkPoints,
  ...generationPoints,
  ...controllerBlock('rtu1', 'station'),
  ...controllerBlock('plc2', 'generation'),
];

export const table = new PointTable('substation', points);

/** Index of a point. @throws RangeError for a name that the plant does not have */
export const at = (name: string): number => table.at(name);

/** Indices of the same point of several numbered pieces of equipment: `{}` in the pattern is the number, from 1. */
export const each = (pattern: string, count: number): readonly number[] => table.each(pattern, count);
