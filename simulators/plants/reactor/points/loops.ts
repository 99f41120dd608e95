import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows, type Span } from '../../../plant-kit/rows.ts';
import { decimal, word } from './words.ts';

const writable = true;

interface LoopRow {
  readonly name: string;
  readonly area: string;
  readonly title: string;
  /** Of set-point and measurement: highest value, step, unit. */
  readonly value: readonly [most: number, step: number, unit: string];
  /** Of the output: span, step, unit. */
  readonly output: readonly [span: Span, step: number, unit: string];
  /** Step of the gain, which decides its range. */
  readonly gain: number;
}

const percent = [[0, 100], 0.1, '%'] as const;

/** Controllers in the order of their registers. */
export const loopTable: readonly LoopRow[] = [
  {
    name: 'TIC01',
    area: 'reactor',
    title: 'Reactor temperature',
    value: [200, 0.01, '°C'],
    output: [[0, 150], 0.01, '°C'],
    gain: 0.001,
  },
  { name: 'TIC02', area: 'reactor', title: 'Reactor water outlet', value: [200, 0.01, '°C'], output: percent, gain: 0.001 },
  {
    name: 'PIC01',
    area: 'reactor',
    title: 'Reactor pressure',
    value: [3200, 0.1, 'kPa'],
    output: [[0, 1], 0.0001, 'kscmh'],
    gain: 0.0001,
  },
  { name: 'LIC01', area: 'reactor', title: 'Reactor level', value: [100, 0.1, '%'], output: percent, gain: 0.001 },
  { name: 'LIC02', area: 'separation', title: 'Separator level', value: [100, 0.1, '%'], output: percent, gain: 0.001 },
  { name: 'LIC03', area: 'separation', title: 'Stripper level', value: [100, 0.1, '%'], output: percent, gain: 0.001 },
  { name: 'TIC03', area: 'separation', title: 'Stripper temperature', value: [150, 0.01, '°C'], output: percent, gain: 0.001 },
  {
    name: 'AIC01',
    area: 'quality',
    title: 'A in the reactor feed',
    value: [100, 0.01, '%'],
    output: [[0, 1.02], 0.0001, 'kscmh'],
    gain: 0.0001,
  },
  {
    name: 'AIC02',
    area: 'quality',
    title: 'C in the reactor feed',
    value: [100, 0.01, '%'],
    output: [[0, 15.3], 0.001, 'kscmh'],
    gain: 0.001,
  },
];

/** Set-point, measurement, output, mode, gain and integral time of each controller. */
export const loopPoints: readonly PlantPoint[] = loopTable.flatMap(({ name, area, title, value, output, gain }, i) => {
  const [where, at] = [`${area}/${name}`, 60 + 6 * i] as const;
  const [most, step, unit] = value;
  // steps of a hundredth need more than half of a register above 327
  const kind = most / step > 32_767 ? ({ type: 'uint16', scale: step, unit } as const) : decimal(step, unit);
  return new Rows('plc1')
    .holding(where, 'SP', at, [0, most], `${title} set-point`, { ...kind, writable })
    .holding(where, 'PV', at + 1, [0, most], `${title} as the controller receives it`, kind)
    .holding(where, 'OP', at + 2, output[0], `${title} controller output`, { ...decimal(output[1], output[2]), writable })
    .holding(where, 'MODE', at + 3, [0, 2], `${title} controller mode`, { ...word, writable })
    .holding(where, 'KC', at + 4, [0, gain * 20_000], `${title} controller gain`, { ...decimal(gain), writable })
    .holding(where, 'TI', at + 5, [1, 30_000], `${title} controller integral time`, { ...word, unit: 's', writable }).points;
});
