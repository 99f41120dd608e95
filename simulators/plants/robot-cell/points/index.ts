import type { PlantPoint } from '../../../../src/core/plant.ts';
import { PointTable } from '../../../plant-kit/point-table.ts';
import { controllerBlock } from '../../../plant-kit/rows.ts';
import { cellPoints } from './cell.ts';
import { robotPoints } from './robots.ts';
import { safetyPoints } from './safety.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [...cellPoints, ...safetyPoints, ...robotPoints, ...controllerBlock('plc1', 'line')];

export const table = new PointTable('robot cell', points);

/** Index of a point. @throws RangeError for a name that the plant does not have */
export const at = (name: string): number => table.at(name);

/** Indices of the same point of several numbered pieces of equipment: `{}` in the pattern is the number, from 1. */
export const each = (pattern: string, count: number): readonly number[] => table.each(pattern, count);
