import type { PlantPoint } from '../../../src/core/plant.ts';
import { configText as textOf, decimalsOf, type TagRules } from '../../plant-kit/config-text.ts';
import { areas, clients, devices, limits, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));

const rules: TagRules = {
  kind: (point) => {
    if (/\.(EP|EQ|EPI|EPE|TRIPC|STARTS|HB|TIME|SEQ)$/.test(point.name)) return 'counter';
    if (point.modbus.type === 'bit') return 'discrete';
    return /\.(TAP|FAN|MODE|PMODE|CURVE|AR|PICKUP|EN|DONE|STEP|CHG|N|CMD|STATE|OK|ACT|FO|FW)$/.test(point.name) &&
      point.name !== 'G1.N' &&
      point.name !== 'G2.N'
      ? 'discrete'
      : 'analog';
  },
  role: (point) => {
    const { table } = point.modbus;
    if (/\.(LASTI|LASTT)$/.test(point.name)) return 'record';
    if (table === 'coil' || /\.(MODE|PMODE|CMD)$/.test(point.name)) return point.writable ? 'command' : 'status';
    // the regulator of the hydro unit has a droop: its voltage differs from USP by its reactive power, and never has to reach it
    if (/^(F\d\.(ISET|ISET2|TMS|CURVE|AR)|UFLS\.(F\d|T|EN)|TRF\.EN|T\d\.BW|G1\.(DROOP|USP))$/.test(point.name))
      return 'parameter';
    if (/\.(FW)$/.test(point.name)) return 'parameter';
    if (point.writable) return 'setpoint';
    return table === 'input' && !/\.(TAP|FAN|PICKUP|CHG|N|STATE|OK|ACT)$/.test(point.name) ? 'measurement' : 'status';
  },
  scan,
  decimals: (point) => decimalsOf(quantum.get(point.name) ?? point.modbus.scale),
};

/**
 * Scan class: fast for breakers, frequency and voltage, which change at once; slow for heat, energy and settings. All contacts and coils of
 * the breakers have one class, because a request then reads them all: 26 requests more would exceed what a device answers in a second.
 */
function scan(point: PlantPoint): string {
  if (/\.(OIL|HOT|AMB|FAN|EP|EQ|EPI|EPE|TBRG\d|TSTAT|FUEL|STARTS|FW|FO|TIME|LASTI|LASTT)$/.test(point.name)) return 'slow';
  if (/^(F\d\.(ISET|ISET2|TMS|CURVE|AR)|UFLS\.|CAP\.)/.test(point.name)) return 'process';
  if (/\.(POS|OPN|SPR|LR|TRIP|SEL|CMD|PICKUP|F)$/.test(point.name) || /^(GRID|BUS[AB])\./.test(point.name)) return 'fast';
  return 'normal';
}

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return textOf(
    'substation',
    points,
    {
      site: { name: 'Substation', keyTrend: 'GRID.P' },
      areas,
      devices,
      clients,
      scanClasses: { fast: '1s', normal: '2s', process: '5s', slow: '10s' },
      shortNames,
      states,
      limits,
    },
    rules,
  );
}
