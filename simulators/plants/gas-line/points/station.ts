import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;
const word = { type: 'uint16' } as const;
const mpa = { unit: 'MPa' } as const;

const headers = (): PlantPoint[] => {
  const where = 'station/ST';
  return new Rows('plc1')
    .input(where, 'PS', 40, [0, 10], 'Station suction pressure', mpa)
    .input(where, 'PD', 42, [0, 10], 'Station discharge pressure', mpa)
    .input(where, 'TS', 44, [-10, 60], 'Station suction temperature', { unit: '°C' })
    .input(where, 'TD', 46, [-10, 120], 'Station discharge temperature', { unit: '°C' })
    .input(where, 'FS', 48, [0, 150], 'Station flow', { unit: 'kg/s' })
    .input(where, 'DPSCR', 50, [0, 200], 'Scrubber differential pressure', { unit: 'kPa' })
    .status(where, 'BYP', 12, 'Station by-pass check valve open')
    .holding(where, 'PSP', 0, [5, 8], 'Station discharge pressure set-point', { unit: 'MPa', writable })
    .holding(where, 'MODE', 2, [0, 1], 'Station controller mode', { ...word, writable })
    .holding(where, 'NREQ', 3, [0, 3], 'Units requested', word)
    .holding(where, 'FUELT', 4, [0, 5], 'Fuel gas flow', { unit: 'kg/s' })
    .holding(where, 'POW', 6, [0, 10], 'Power of all units', { unit: 'MW' })
    .holding(where, 'NMAN', 8, [6000, 10_500], 'Speed of the units in manual mode', { unit: 'rpm', writable }).points;
};

const stationValves = (): PlantPoint[] =>
  ['Suction', 'Discharge'].flatMap((name, i) => {
    const where = `station/SV${i + 1}`;
    return new Rows('plc1')
      .status(where, 'POS', 10 + i, `${name} valve of the station open`)
      .command(where, 'CMD', 10 + i, `${name} valve of the station open command`).points;
  });

function fireAndGas(): PlantPoint[] {
  const where = 'station/FG';
  const rows = new Rows('plc1');
  for (let n = 1; n <= 6; n++)
    rows.input(where, `LEL${n}`, 328 + 2 * n, [0, 100], `Gas detector ${n} of the compressor hall`, { unit: '%' });
  for (let n = 1; n <= 3; n++) rows.status(where, `FIRE${n}`, 59 + n, `Fire detector ${n} of the compressor hall`);
  return rows
    .status(where, 'ESD', 63, 'Emergency stop of the station active')
    .command(where, 'STOP', 60, 'Emergency stop command of the station').points;
}

/** Points of the compressor station without its units. */
export const stationPoints: readonly PlantPoint[] = [...headers(), ...stationValves(), ...fireAndGas()];
