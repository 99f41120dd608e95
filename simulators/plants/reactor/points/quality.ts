import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';
import { decimal, measured, word } from './words.ts';

/** Analysers: equipment, name, first address, components. */
export const analyserTable = [
  ['AT201', 'reactor feed', 50, ['A', 'B', 'C', 'D', 'E', 'F']],
  ['AT202', 'purge', 56, ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']],
  ['AT203', 'product', 64, ['D', 'E', 'F', 'G', 'H']],
] as const;

const analysers = (): PlantPoint[] =>
  analyserTable.flatMap(([name, title, at, parts]) => {
    const rows = new Rows('plc1');
    parts.forEach((part, i) =>
      rows.input(`quality/${name}`, part, at + i, [0, 100], `${part} in the ${title}`, decimal(0.01, '%')),
    );
    return rows.points;
  });

const production = (): PlantPoint[] =>
  new Rows('plc1')
    .input('quality/PRD', 'RATE', 100, [0, 50], 'Production', decimal(0.01, 'm³/h'))
    .input('quality/PRD', 'GH', 101, [0, 10], 'Mass of G over mass of H in the product', decimal(0.001))
    .input('quality/PRD', 'COST', 102, [0, 1000], 'Operating cost', decimal(0.1, '$/h'))
    .holding('quality/PRD', 'MODE', 130, [0, 2], 'Grade of the product', { ...word, writable: true }).points;

const utilities = (): PlantPoint[] =>
  new Rows('plc1')
    .input('quality/AUX', 'CWS', 110, [0, 10], 'Cooling water supply pressure', measured(10, 'bar'))
    .input('quality/AUX', 'CWT', 111, [0, 60], 'Cooling water supply temperature', measured(60, '°C'))
    .input('quality/AUX', 'STM', 112, [0, 20], 'Steam supply pressure', measured(20, 'bar'))
    .input('quality/AUX', 'N2', 113, [0, 20], 'Nitrogen supply pressure', measured(20, 'bar'))
    .input('quality/AUX', 'FLARE', 114, [0, 20_000], 'Flow to the flare', measured(20_000, 'kg/h')).points;

/** Analysers, production and utilities. */
export const qualityPoints: readonly PlantPoint[] = [...analysers(), ...production(), ...utilities()];
