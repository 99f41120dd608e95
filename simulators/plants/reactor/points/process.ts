import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';
import { decimal, measured, word } from './words.ts';

const writable = true;

/** Flow controllers in the order of their registers: equipment, area, name, span, unit, step of the set-point. */
export const flowTable = [
  ['FT101', 'feed', 'D feed', 6000, 'kg/h', 1],
  ['FT102', 'feed', 'E feed', 8500, 'kg/h', 1],
  ['FT103', 'feed', 'A feed', 1.02, 'kscmh', 0.0001],
  ['FT104', 'feed', 'A + C feed', 15.3, 'kscmh', 0.001],
] as const;

const flows = (): PlantPoint[] =>
  flowTable.flatMap(([name, area, title, span, unit, step], i) => {
    const where = `${area}/${name}`;
    return new Rows('plc1')
      .input(where, 'PV', i, [0, span], `${title} flow`, measured(span, unit))
      .holding(where, 'SP', 4 * i, [0, span], `${title} flow set-point`, { ...decimal(step, unit), writable })
      .holding(where, 'OP', 4 * i + 1, [0, 100], `${title} controller output`, { ...decimal(0.1, '%'), writable })
      .holding(where, 'MODE', 4 * i + 2, [0, 2], `${title} controller mode`, { ...word, writable }).points;
  });

const gasFlows = (): PlantPoint[] => [
  ...new Rows('plc1').input('separation/FT105', 'PV', 4, [0, 53], 'Recycle flow', measured(53, 'kscmh')).points,
  ...new Rows('plc1').input('reactor/FT106', 'PV', 5, [0, 85], 'Reactor feed flow', measured(85, 'kscmh')).points,
  ...new Rows('plc1')
    .input('separation/FT109', 'PV', 6, [0, 1], 'Purge flow', measured(1, 'kscmh'))
    .holding('separation/FT109', 'SP', 16, [0, 1], 'Purge flow set-point', { ...decimal(0.0001, 'kscmh'), writable })
    .holding('separation/FT109', 'OP', 17, [0, 100], 'Purge controller output', { ...decimal(0.1, '%'), writable })
    .holding('separation/FT109', 'MODE', 18, [0, 2], 'Purge controller mode', { ...word, writable }).points,
];

const letters = ['A', 'B', 'C'] as const;

function reactor(): PlantPoint[] {
  const where = 'reactor/R1';
  const rows = new Rows('plc1');
  letters.forEach((x, i) =>
    rows.input(where, `PT01${x}`, 10 + i, [0, 3500], `Reactor pressure, transmitter ${x}`, measured(3500, 'kPa')),
  );
  rows.input(where, 'LT01', 13, [0, 100], 'Reactor level', measured(100, '%'));
  letters.forEach((x, i) =>
    rows.input(where, `TT01${x}`, 14 + i, [0, 200], `Reactor temperature, transmitter ${x}`, measured(200, '°C')),
  );
  return rows
    .input(where, 'TW', 17, [0, 200], 'Reactor cooling water outlet temperature', measured(200, '°C'))
    .input(where, 'QW', 18, [0, 250], 'Reactor cooling water flow', measured(250, 'm³/h')).points;
}

const separator = (): PlantPoint[] =>
  new Rows('plc1')
    .input('separation/S1', 'PT', 20, [0, 3500], 'Separator pressure', measured(3500, 'kPa'))
    .input('separation/S1', 'LT', 21, [0, 100], 'Separator level', measured(100, '%'))
    .input('separation/S1', 'TT', 22, [0, 150], 'Separator temperature', measured(150, '°C'))
    .input('separation/S1', 'FT', 23, [0, 65], 'Separator underflow', measured(65, 'm³/h'))
    .input('separation/S1', 'TW', 24, [0, 200], 'Condenser cooling water outlet temperature', measured(200, '°C'))
    .input('separation/S1', 'QW', 25, [0, 290], 'Condenser cooling water flow', measured(290, 'm³/h')).points;

const stripper = (): PlantPoint[] =>
  new Rows('plc1')
    .input('separation/C1', 'PT', 30, [0, 4500], 'Stripper pressure', measured(4500, 'kPa'))
    .input('separation/C1', 'LT', 31, [0, 100], 'Stripper level', measured(100, '%'))
    .input('separation/C1', 'TT', 32, [0, 150], 'Stripper temperature', measured(150, '°C'))
    .input('separation/C1', 'FT', 33, [0, 50], 'Product flow', measured(50, 'm³/h'))
    .input('separation/C1', 'FSTM', 34, [0, 500], 'Stripper steam flow', measured(500, 'kg/h')).points;

const compressor = (): PlantPoint[] =>
  new Rows('plc1')
    .input('separation/K1', 'JT', 40, [0, 500], 'Recycle compressor power', measured(500, 'kW'))
    .input('separation/K1', 'AMP', 41, [0, 60], 'Recycle compressor current', measured(60, 'A'))
    .input('separation/K1', 'VIB', 42, [0, 20], 'Recycle compressor vibration', measured(20, 'mm/s'))
    .input('separation/K1', 'TB', 43, [0, 150], 'Recycle compressor bearing temperature', measured(150, '°C'))
    .input('separation/K1', 'SPD', 44, [0, 4000], 'Recycle compressor speed', measured(4000, 'rpm'))
    .status('separation/K1', 'RUN', 0, 'Recycle compressor runs')
    .command('separation/K1', 'CMD', 0, 'Recycle compressor run command').points;

/** Flows, vessels and the recycle compressor. */
export const processPoints: readonly PlantPoint[] = [
  ...flows(),
  ...gasFlows(),
  ...reactor(),
  ...separator(),
  ...stripper(),
  ...compressor(),
];
