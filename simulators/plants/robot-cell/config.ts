import { opcuaDevice, type PlantPoint } from '../../../src/core/plant.ts';
import { configText as textOf, decimalsOf, type TagRules } from '../../plant-kit/config-text.ts';
import { areas, clients, devices, limits, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));

const counters = /\.(CNT|GOOD|REJ|KWH|ONH|CYC|HB|TIME|SEQ)$/;
const discrete = /\.(MODE|STATE|ALARM|ZONE|CMD|CTRL|JAX|PROG|EXEC|RESULT|LINE|LOADED|FO|FW|SUM)$/;
const parameters = /\.(VRED|TLIM|ACCF|MASSP|OFS|SUM|FMIN|FMAX|DMIN|DMAX|WOVR|EN|INSP|FW)$/;
const commands = /\.(CMD|CTRL|JOG|JAX|PROG|EXEC)$/;

const rules: TagRules = {
  kind: (point) => {
    if (counters.test(point.name)) return 'counter';
    return point.modbus.type === 'bit' || discrete.test(point.name) ? 'discrete' : 'analog';
  },
  role: (point) => {
    if (parameters.test(point.name)) return 'parameter';
    if (point.modbus.table === 'coil' || commands.test(point.name)) return 'command';
    if (point.writable) return 'setpoint';
    return point.modbus.table === 'input' && !discrete.test(point.name) ? 'measurement' : 'status';
  },
  scan,
  decimals: (point) => decimalsOf(quantum.get(point.name) ?? (point.modbus.type === 'float32' ? 0.01 : point.modbus.scale)),
  // arms and safety are collected by OPC UA, the line by Modbus: each tag is collected once
  opcua: (point) => (point.opcua ? opcuaDevice : undefined),
};

/** Scan class: slow for heat, energy and settings, normal for what changes with each part, fast for motion and safety. */
function scan({ name }: PlantPoint): string {
  if (/\.(TMOT|TEMP|FAN|UIN|KWH|ONH|FW|FO|TIME|OEE)$/.test(name)) return 'slow';
  if (parameters.test(name) || /\.(LOAD|PROG|EXEC|LOADED|CYC|CT|GOOD|REJ|CNT|JAX)$/.test(name)) return 'normal';
  return 'fast';
}

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return textOf(
    'robot-cell',
    points,
    {
      site: { name: 'Robot cell', keyTrend: 'CELL.OEE' },
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
