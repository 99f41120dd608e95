import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const mpa = { unit: 'MPa' } as const;
const span = [0, 10] as const;
/** Places of the pressure transmitters of both lines, km. */
export const places = { LA: [0, 30, 60, 90], LB: [0, 30, 60, 90, 120] } as const;
/** Line valves of line A and B, with their places, km. */
const valves = [30, 60, 90, 30, 60, 90, 110] as const;

const supply = (): PlantPoint[] =>
  new Rows('plc1')
    .input('supply/SUP', 'PT', 0, span, 'Supply pressure', mpa)
    .input('supply/SUP', 'TT', 2, [-10, 40], 'Supply gas temperature', { unit: '°C' })
    .input('supply/SUP', 'FT', 4, [0, 150], 'Supply flow', { unit: 'kg/s' })
    .input('supply/SUP', 'CV', 6, [30, 50], 'Calorific value', { unit: 'MJ/m³' })
    .input('supply/SUP', 'H2O', 8, [0, 200], 'Water content', { unit: 'ppm' })
    .input('supply/SUP', 'WOBBE', 10, [40, 60], 'Wobbe index', { unit: 'MJ/m³' }).points;

function pressures(line: 'LA' | 'LB', from: number, name: string): PlantPoint[] {
  const rows = new Rows('plc1');
  places[line].forEach((km, i) =>
    rows.input(`supply/${line}`, `PT${i + 1}`, from + 2 * i, span, `Pressure of line ${name} at km ${km}`, mpa),
  );
  return rows.points;
}

const lineValves = (): PlantPoint[] =>
  valves.flatMap((km, i) => {
    const where = `supply/LV${i + 1}`;
    const name = `Line valve at km ${km} of line ${i < 3 ? 'A' : 'B'}`;
    return new Rows('plc1').status(where, 'POS', i, `${name} open`).command(where, 'CMD', i, `${name} open command`).points;
  });

function pack(): PlantPoint[] {
  const rows = new Rows('plc1')
    .input('supply/LK', 'PACK', 300, [0, 6000], 'Line pack', { unit: 't' })
    .input('supply/LK', 'BAL', 302, [-100, 100], 'Supply less deliveries and change of the line pack', { unit: 'kg/s' });
  const names = [...places.LA.map((km) => `line A, km ${km}`), ...places.LB.map((km) => `line B, km ${km}`)];
  names.forEach((name, i) =>
    rows.input('supply/LK', `DPDT${i + 1}`, 304 + 2 * i, [-200, 200], `Rate of the pressure of ${name}`, { unit: 'kPa/min' }),
  );
  return rows.points;
}

/** Points of supply, lines and line pack. */
export const linePoints: readonly PlantPoint[] = [
  ...supply(),
  ...pressures('LA', 20, 'A'),
  ...pressures('LB', 28, 'B'),
  ...lineValves(),
  ...pack(),
];
