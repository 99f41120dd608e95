import type { PlantPoint } from '../../../src/core/plant.ts';
import { alarms, areas, clients, devices, shortNames, states } from './config-tables.ts';
import { points } from './points/index.ts';
import { sensors } from './sensors.ts';

const quantum = new Map(sensors.map((sensor) => [sensor.point, sensor.quantum]));
const tables = { coil: 'coil', 'discrete-input': 'discrete', holding: 'holding', input: 'input' } as const;

/**
 * True for chlorination and clearwell, which are collected by OPC UA; everything else is collected by Modbus. Each tag is
 * collected once.
 */
function overOpcua(point: PlantPoint): boolean {
  return point.opcua && !point.name.startsWith('PS.');
}

function device(point: PlantPoint): string {
  return overOpcua(point) ? 'ua1' : point.modbus.controller;
}

function address(point: PlantPoint): string {
  return overOpcua(point) ? `{node: 'ns=1;s=${point.name}'}` : modbusAddress(point);
}

function modbusAddress(point: PlantPoint): string {
  const { table, address: register, type, scale } = point.modbus;
  const kind = type === 'bit' ? '' : `, type: ${type}`;
  return `{table: ${tables[table]}, register: ${register}${kind}${scale === 1 ? '' : `, scale: ${scale}`}}`;
}

function role(point: PlantPoint): string {
  const { table } = point.modbus;
  if (table === 'coil' || /\.(MODE|REQ)$/.test(point.name)) return point.writable ? 'command' : 'status';
  if (/\.(TRIM|NIGHT|QMAX|FW)$/.test(point.name)) return 'parameter';
  if (point.writable) return 'setpoint';
  return table === 'input' ? 'measurement' : 'status';
}

function kind(point: PlantPoint): string {
  if (/\.(HRS|HB|TIME|SEQ)$/.test(point.name)) return 'counter';
  if (point.modbus.type === 'bit' || /\.(ST|VLV|REQ|MODE|FO|FW|LEAD)$/.test(point.name)) return 'discrete';
  return 'analog';
}

/**
 * Scan class of a point: fast for pumps, which change at once, slow for treatment, which changes over minutes. The network's
 * controller itself scans every 5 s.
 */
function scan(point: PlantPoint): string {
  if (/\.(TE01|CD01|MIX|ALTK|TK|TB|HRS|RT|FW|FO|TIME)$/.test(point.name) || point.name.startsWith('SP.')) return 'slow';
  if (/^PS\.(PT|FT|P\d\.(CMD|RUN|TRIP))/.test(point.name)) return 'fast';
  return /^(PS\.|CL\.SP|RW\.P)/.test(point.name) ? 'normal' : 'process';
}

function decimals(point: PlantPoint): number {
  const step = quantum.get(point.name) ?? (point.modbus.type === 'float32' ? 0.01 : point.modbus.scale);
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}

function short(point: PlantPoint): string {
  const parts = point.name.split('.');
  return shortNames[point.name] ?? parts.slice(parts.length > 2 ? -2 : -1).join(' ');
}

function tag(point: PlantPoint): string {
  const analog = kind(point) === 'analog';
  const named = Object.entries(states).find(([pattern]) => new RegExp(pattern).test(point.name))?.[1];
  const alarm = alarms[point.name];
  const parts = [
    `device: ${device(point)}`,
    `address: ${address(point)}`,
    // a writable point of the OPC UA server can also be written at its controller
    ...(overOpcua(point) && point.writable
      ? [`aliases: [{device: ${point.modbus.controller}, address: ${modbusAddress(point)}}]`]
      : []),
    `kind: ${kind(point)}`,
    `role: ${role(point)}`,
    `area: ${point.area}`,
    `equipment: ${point.equipment}`,
    ...(point.unit === '' ? [] : [`unit: '${point.unit}'`]),
    ...(analog ? [`range: [${point.low}, ${point.high}]`] : []),
    `decimals: ${decimals(point)}`,
    `scan: ${scan(point)}`,
    `short: ${short(point)}`,
    `description: '${point.description}'`,
    ...(named === undefined ? [] : [`states: ${flow(named)}`]),
    ...(alarm === undefined ? [] : [`limits: ${flow(alarm)}`]),
  ];
  return `  ${point.name}: {${parts.join(', ')}}`;
}

/** A mapping in YAML's flow style. */
function flow(map: object): string {
  const entry = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(entry).join(', ')}]`;
    if (typeof value === 'object' && value !== null) return flow(value);
    return typeof value === 'string' && /[ ,{$]/.test(value) ? `'${value}'` : String(value);
  };
  return `{${Object.entries(map)
    .map(([key, value]) => `${key}: ${entry(value)}`)
    .join(', ')}}`;
}

function areaLines(): string[] {
  return areas.flatMap((area) => [
    `  - id: ${area.id}`,
    `    name: ${area.name}`,
    `    indicators: [${area.indicators.join(', ')}]`,
    '    equipment:',
    ...area.equipment.map((equipment) => `      - ${flow(equipment)}`),
  ]);
}

/** The example configuration of the monitor for this plant, as the text of `plant.yaml`. */
export function configText(): string {
  return [
    '# biome-ignore-all format: one tag a line',
    '# The simulated waterworks. Written by write-config.ts from the points of the plant: change those and run it again.',
    'site: {name: Waterworks, timeZone: UTC, keyTrend: PS.FT01}',
    '',
    'areas:',
    ...areaLines(),
    '',
    'devices:',
    ...Object.entries(devices).map(([name, entry]) => `  ${name}: ${flow(entry)}`),
    '',
    'alarms: {records: alarms.yaml}',
    'mimics: mimics.yaml',
    '',
    'detectors:',
    `  traffic: {clients: [${clients.map(flow).join(', ')}]}`,
    '',
    'scanClasses: {fast: 1s, normal: 2s, process: 5s, slow: 10s}',
    '',
    'tags:',
    ...points.map(tag),
    '',
  ].join('\n');
}
