import { opcuaDevice, type PlantPoint } from '../../../src/core/plant.ts';
import { configText as textOf, decimalsOf, type TagRules } from '../../plant-kit/config-text.ts';
import { alarms, areas, clients, devices, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));

const rules: TagRules = {
  role: (point) => {
    const { table } = point.modbus;
    if (table === 'coil' || /\.(MODE|REQ)$/.test(point.name)) return point.writable ? 'command' : 'status';
    if (/\.(TRIM|NIGHT|QMAX|FW)$/.test(point.name)) return 'parameter';
    if (point.writable) return 'setpoint';
    return table === 'input' ? 'measurement' : 'status';
  },
  kind: (point) => {
    if (/\.(HRS|HB|TIME|SEQ)$/.test(point.name)) return 'counter';
    if (point.modbus.type === 'bit' || /\.(ST|VLV|REQ|MODE|FO|FW|LEAD)$/.test(point.name)) return 'discrete';
    return 'analog';
  },
  scan,
  decimals: (point) => decimalsOf(quantum.get(point.name) ?? (point.modbus.type === 'float32' ? 0.01 : point.modbus.scale)),
  // chlorination and clearwell are collected by OPC UA, everything else by Modbus: each tag is collected once
  opcua: (point) => (point.opcua && !point.name.startsWith('PS.') ? opcuaDevice : undefined),
};

/**
 * Scan class of a point: fast for pumps, which change at once, slow for treatment, which changes over minutes. The network's
 * controller itself scans every 5 s.
 */
function scan(point: PlantPoint): string {
  if (/\.(TE01|CD01|MIX|ALTK|TK|TB|HRS|RT|FW|FO|TIME)$/.test(point.name) || point.name.startsWith('SP.')) return 'slow';
  if (/^PS\.(PT|FT|P\d\.(CMD|RUN|TRIP))/.test(point.name)) return 'fast';
  return /^(PS\.|CL\.SP|RW\.P)/.test(point.name) ? 'normal' : 'process';
}

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return textOf(
    'waterworks',
    points,
    {
      site: { name: 'Waterworks', keyTrend: 'PS.FT01' },
      areas,
      devices,
      clients,
      scanClasses: { fast: '1s', normal: '2s', process: '5s', slow: '10s' },
      shortNames,
      states,
      limits: alarms,
    },
    rules,
  );
}
