import type { PlantPoint } from '../../../src/core/plant.ts';
import { configText as textOf, decimalsOf, type TagRules } from '../../plant-kit/config-text.ts';
import { areas, clients, devices, limits, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));

const counters = /\.(HB|TIME|SEQ)$/;
const discrete = /\.(MODE|FIRST|FO|FW|SUM)$/;
const parameters = /\.(KC|TI|PTRIP|TTRIP|FW|SUM)$/;
/** Outputs, and set-points that another controller moves all the time: nobody enters them in normal operation. */
const moving = /\.OP$|^XV(0[1-46-9]|1[01])\.CMD$|^(FT103|FT104|FT109|TIC02)\.SP$/;
const slow = /^(AT\d+|PRD|AUX)\.|\.(FW|FO|TIME|SUM|TB|KC|TI|PTRIP|TTRIP)$/;
const normal = /^(FT\d+|XV\d+|[TPLA]IC\d+)\.(SP|MODE)$|^K1\.|^C1\./;
/** A display needs no finer steps than the noise of its transmitter. */
const coarse: readonly (readonly [pattern: RegExp, decimals: number])[] = [
  [/^FT10[12]\.PV$|^AUX\.FLARE$|^K1\.SPD$|^(R1|S1|C1|SIS)\.(PT|P\d)/, 0],
  [/\.(LT\d*|FSTM|JT|AMP|TB)$|^(R1|S1|C1|SIS)\.T[TW\d]/, 1],
  [/^FT10[39]\.(PV|SP)$/, 3],
  [/^FT104\.PV$/, 2],
];

const rules: TagRules = {
  kind: (point) => {
    if (counters.test(point.name)) return 'counter';
    return point.modbus.type === 'bit' || discrete.test(point.name) ? 'discrete' : 'analog';
  },
  role: ({ name, modbus: { table }, writable }) => {
    if (parameters.test(name)) return 'parameter';
    if (table === 'coil') return 'command';
    if (name.endsWith('.MODE')) return writable ? 'command' : 'status';
    if (moving.test(name)) return 'measurement';
    if (writable) return 'setpoint';
    if (name.endsWith('.PV')) return 'measurement';
    return table === 'input' && !discrete.test(name) ? 'measurement' : 'status';
  },
  scan: ({ name }: PlantPoint) => (slow.test(name) ? 'slow' : normal.test(name) ? 'normal' : 'fast'),
  decimals: ({ name, modbus }) =>
    coarse.find(([pattern]) => pattern.test(name))?.[1] ?? Math.min(2, decimalsOf(quantum.get(name) ?? modbus.scale)),
};

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return textOf(
    'reactor',
    points,
    {
      site: { name: 'Reactor section', keyTrend: 'R1.PT01A' },
      areas,
      devices,
      clients,
      scanClasses: { fast: '1s', normal: '2s', slow: '10s' },
      shortNames,
      states,
      limits,
    },
    rules,
  );
}
