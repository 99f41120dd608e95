import type { PlantPoint } from '../../../src/core/plant.ts';
import { configText as textOf, decimalsOf, type TagRules } from '../../plant-kit/config-text.ts';
import { areas, clients, devices, limits, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));

const counters = /\.(HRS|STARTS|SURGES|HB|TIME|SEQ)$/;
const discrete = /\.(MODE|ASMODE|NMODE|NREQ|STATE|FIRST|FO|FW)$/;
const parameters = /\.(SPMARG|FW)$/;
const commands = /\.(MODE|ASMODE|NMODE)$/;
/** Values that the controllers compute have the resolution of their displays. */
const computed: Readonly<Record<string, number>> = {
  Q: 0.001,
  SIG: 0.01,
  H: 0.1,
  NSP: 1,
  ASVCMD: 0.1,
  PACK: 0.1,
  BAL: 0.1,
  FUELT: 0.001,
  POW: 0.01,
  PSP: 0.01,
  SPMARG: 0.01,
  NMAN: 1,
};

const rules: TagRules = {
  kind: (point) => {
    if (counters.test(point.name)) return 'counter';
    return point.modbus.type === 'bit' || discrete.test(point.name) ? 'discrete' : 'analog';
  },
  role: (point) => {
    if (parameters.test(point.name)) return 'parameter';
    if (point.modbus.table === 'coil' || commands.test(point.name)) return point.writable ? 'command' : 'status';
    if (point.writable) return 'setpoint';
    const isMeasured = point.modbus.table === 'input' && !discrete.test(point.name);
    return isMeasured ? 'measurement' : 'status';
  },
  scan,
  decimals: ({ name, modbus }) => {
    const own = computed[name.split('.').at(-1) ?? ''] ?? (/\.DPDT\d$/.test(name) ? 0.1 : undefined);
    return decimalsOf(quantum.get(name) ?? own ?? (modbus.type === 'float32' ? 0.01 : modbus.scale));
  },
};

/** Scan class: fast for what surge changes, slow for heat, oil, gas quality and settings. */
function scan({ name }: PlantPoint): string {
  if (/\.(TB\d|TOIL|POIL|HRS|STARTS|CV|H2O|WOBBE|FW|FO|TIME|FIRST)$/.test(name)) return 'slow';
  if (/^(G\d|LK|SUP|LA|LB|LV\d)\./.test(name) || parameters.test(name)) return 'normal';
  return 'fast';
}

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return textOf(
    'gas-line',
    points,
    {
      site: { name: 'Gas line', keyTrend: 'ST.PD' },
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
