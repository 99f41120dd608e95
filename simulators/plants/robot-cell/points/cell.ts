import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;
const word = { type: 'uint16' } as const;

function belt(n: number, name: string): PlantPoint[] {
  const [where, at] = [`line/CV${n}`, 10 * (n - 1)] as const;
  return new Rows('plc1')
    .input(where, 'SPD', at, [0, 1], `${name} conveyor speed`, { unit: 'm/s' })
    .input(where, 'AMP', at + 2, [0, 10], `${name} conveyor current`, { unit: 'A' })
    .input(where, 'CNT', at + 4, [0, 4294967295], `Parts on the ${name.toLowerCase()} conveyor since commissioning`, {
      type: 'uint32',
    })
    .status(where, 'RUN', n - 1, `${name} conveyor runs`)
    .holding(where, 'SP', 2 * (n - 1), [0, 0.5], `${name} conveyor speed set-point`, { unit: 'm/s', writable })
    .command(where, 'CMD', n - 1, `${name} conveyor run command`).points;
}

const eyes = (): PlantPoint[] =>
  new Rows('plc1')
    .status('line/PE1', 'BLK', 4, 'Photo-eye at the entry covered')
    .status('line/PE2', 'BLK', 5, 'Photo-eye at the stopper covered')
    .status('line/PE3', 'BLK', 6, 'Photo-eye of the queue covered')
    .status('line/PE4', 'BLK', 7, 'Photo-eye of the outfeed covered')
    .status('line/STP', 'POS', 8, 'Stopper closed')
    .command('line/STP', 'CMD', 2, 'Stopper close command').points;

const fixture = (): PlantPoint[] => {
  const where = 'fixture/FX';
  return new Rows('plc1')
    .input(where, 'FORCE', 20, [0, 6], 'Press force', { unit: 'kN' })
    .input(where, 'DEPTH', 22, [0, 20], 'Press depth', { unit: 'mm' })
    .input(where, 'PEAK', 24, [0, 6], 'Press force at the end of the last part', { unit: 'kN' })
    .input(where, 'FINAL', 26, [0, 20], 'Press depth at the end of the last part', { unit: 'mm' })
    .input(where, 'RESULT', 28, [0, 2], 'Verdict on the last part', word)
    .status(where, 'PRESENT', 20, 'Part in the fixture')
    .status(where, 'CLAMP', 21, 'Clamp closed')
    .command(where, 'CLCMD', 20, 'Clamp enabled')
    .command(where, 'INSP', 21, 'Inspection of force and depth enabled')
    .holding(where, 'FSP', 10, [1, 5], 'Press force set-point', { unit: 'kN', writable })
    .holding(where, 'FMIN', 12, [0, 6], 'Lowest force of a good part', { unit: 'kN', writable })
    .holding(where, 'FMAX', 14, [0, 6], 'Highest force of a good part', { unit: 'kN', writable })
    .holding(where, 'DMIN', 16, [0, 20], 'Lowest depth of a good part', { unit: 'mm', writable })
    .holding(where, 'DMAX', 18, [0, 20], 'Highest depth of a good part', { unit: 'mm', writable })
    .points.concat(
      new Rows('plc1')
        .input('fixture/AIR', 'P', 30, [0, 1], 'Air pressure', { unit: 'MPa' })
        .input('fixture/AIR', 'FLOW', 32, [0, 500], 'Air flow', { unit: 'L/min' }).points,
    );
};

const cell = (): PlantPoint[] => {
  const where = 'line/CELL';
  return new Rows('plc1')
    .holding(where, 'STATE', 20, [1, 15], 'State of the cell (PackML)', word)
    .holding(where, 'ALARM', 21, [0, 9], 'Alarm of the cell', word)
    .holding(where, 'GOOD', 22, [0, 4294967295], 'Good parts since commissioning', { type: 'uint32' })
    .holding(where, 'REJ', 24, [0, 4294967295], 'Rejected parts since commissioning', { type: 'uint32' })
    .holding(where, 'OEE', 26, [0, 150], 'Effectiveness of the last half hour', { ...word, unit: '%', scale: 0.1 })
    .holding(where, 'CT', 27, [0, 600], 'Time between the last two parts', { ...word, unit: 's', scale: 0.1 })
    .holding(where, 'ZONE', 28, [0, 3], 'Fixture zone semaphore', word)
    .holding(where, 'CMD', 29, [0, 4], 'Command to the cell', { ...word, writable })
    .command(where, 'ZFRC', 22, 'Zone semaphore forced free')
    .status(where, 'CAMS', 22, 'Both arms in the fixture zone').points;
};

/** Points of the cell PLC: conveyors, fixture, air, cell. */
export const cellPoints: readonly PlantPoint[] = [
  ...belt(1, 'Infeed'),
  ...belt(2, 'Outfeed'),
  ...eyes(),
  ...fixture(),
  ...cell(),
];
