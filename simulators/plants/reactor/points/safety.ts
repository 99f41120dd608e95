import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';
import { decimal, measured, word } from './words.ts';

const where = 'safety/SIS';
const writable = true;

function inputs(): PlantPoint[] {
  const rows = new Rows('sis2');
  for (let n = 1; n <= 3; n++)
    rows.input(where, `P${n}`, 89 + n, [0, 3500], `Safety transmitter ${n} of the reactor pressure`, measured(3500, 'kPa'));
  for (let n = 1; n <= 3; n++)
    rows.input(where, `T${n}`, 92 + n, [0, 200], `Safety transmitter ${n} of the reactor temperature`, measured(200, '°C'));
  return rows.input(where, 'FIRST', 96, [0, 9], 'First cause of the shut-down', word).points;
}

/** Points of the safety system. Its key switch is no command: nobody turns it from the network. */
export const safetyPoints: readonly PlantPoint[] = [
  ...inputs(),
  ...new Rows('sis2')
    .status(where, 'TRIP', 0, 'Shut-down of the reactor section')
    .status(where, 'KEY', 1, 'Key switch of the safety system at PROGRAM')
    .status(where, 'HALT', 2, 'Logic of the safety system halted')
    .status(where, 'DISC', 3, 'Safety transmitters disagree')
    .status(where, 'LSR', 4, 'Level switch of the reactor')
    .status(where, 'LSS', 5, 'Level switch of the separator')
    .status(where, 'LSC', 6, 'Level switch of the stripper')
    .holding(where, 'MODE', 0, [0, 1], 'Mode of the safety system', { ...word, writable })
    .holding(where, 'PTRIP', 1, [0, 3500], 'Shut-down pressure of the reactor', { ...decimal(1, 'kPa'), writable })
    .holding(where, 'TTRIP', 2, [0, 300], 'Shut-down temperature of the reactor', { ...decimal(0.1, '°C'), writable })
    .holding(where, 'SUM', 3, [0, 65_535], 'Checksum of the program of the safety system', word)
    .command(where, 'BYP', 0, 'Outputs of the safety system bypassed for a test')
    .command(where, 'RESET', 1, 'Shut-down reset command').points,
];
