import type { PlantPoint } from '../../../../src/core/plant.ts';
import { distributionPoints } from './distribution.ts';
import { controllerBlock } from './rows.ts';
import { treatmentPoints } from './treatment.ts';

/** All points, in the order of the plant's registers. */
export const points: readonly PlantPoint[] = [
  ...treatmentPoints,
  ...distributionPoints,
  ...controllerBlock('plc1', 'treatment'),
  ...controllerBlock('rtu2', 'network'),
];

const byName = new Map(points.map((point, index) => [point.name, index]));

/** Index of a point. @throws RangeError for a name that the plant does not have */
export function at(name: string): number {
  const index = byName.get(name);
  if (index === undefined) throw new RangeError(`the waterworks have no point ${name}`);
  return index;
}

/** Indices of the same point of several numbered pieces of equipment: `{}` in the pattern is the number, from 1. */
export function each(pattern: string, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => at(pattern.replace('{}', String(i + 1))));
}
