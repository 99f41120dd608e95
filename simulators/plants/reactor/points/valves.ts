import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';
import { decimal } from './words.ts';

/** Valves XV01 to XV12 with their area; the last one is the speed of the agitator. */
export const valveTable = [
  ['feed', 'D feed valve'],
  ['feed', 'E feed valve'],
  ['feed', 'A feed valve'],
  ['feed', 'A + C feed valve'],
  ['separation', 'Recycle by-pass valve'],
  ['separation', 'Purge valve'],
  ['separation', 'Separator underflow valve'],
  ['separation', 'Product valve'],
  ['separation', 'Stripper steam valve'],
  ['reactor', 'Reactor cooling water valve'],
  ['separation', 'Condenser cooling water valve'],
  ['reactor', 'Agitator speed'],
] as const;

export const valveNames: readonly string[] = valveTable.map((_, i) => `XV${String(i + 1).padStart(2, '0')}`);
/** Valves without a controller of their own: operators set them by hand. */
export const byHand: readonly number[] = [4, 11];

/** Commands and positions of all valves. */
export const valvePoints: readonly PlantPoint[] = valveTable.flatMap(([area, name], i) => {
  const where = `${area}/${valveNames[i] ?? ''}`;
  return new Rows('plc1')
    .holding(where, 'CMD', 40 + i, [0, 100], `${name} command`, { ...decimal(0.1, '%'), writable: byHand.includes(i) })
    .input(where, 'FB', 70 + i, [0, 100], `${name} position`, decimal(0.1, '%')).points;
});
