import type { TagLimits } from '../../../src/core/tag.ts';
import type { ConfigArea } from '../../plant-kit/config-text.ts';

const numbers = [1, 2, 3] as const;
/**
 * Operating modes of a unit by the steps of its sequence. Starts and stops are in none: no two are alike, and a week has too few of each unit. A unit
 * on standby rests.
 */
const modesOf = (n: number) => ({ tag: `K${n}.STATE`, values: { stopped: [0, 10], running: [7] }, resting: ['stopped'] });

/** Areas in the direction of the gas, with their items on the overview. Supplies follow the gas, and controllers drive equipment. */
export const areas: readonly ConfigArea[] = [
  {
    id: 'supply',
    name: 'Lines',
    indicators: ['SUP.PT', 'SUP.FT', 'LK.PACK', 'LK.BAL'],
    equipment: [
      { id: 'SUP', name: 'Supply station', kind: 'instrument' },
      { id: 'LA', name: 'Line A', kind: 'line', dependsOn: ['SUP', 'LV1', 'LV2', 'LV3'] },
      { id: 'LB', name: 'Line B', kind: 'line', dependsOn: ['ST', 'LV4', 'LV5', 'LV6', 'LV7'] },
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => ({
        id: `LV${n}`,
        name: `Line valve ${n}`,
        kind: 'valve',
        dependsOn: ['PLC1'],
      })),
      { id: 'LK', name: 'Line pack', kind: 'line', dependsOn: ['LA', 'LB'] },
    ],
  },
  {
    id: 'station',
    name: 'Station',
    indicators: ['ST.PS', 'ST.PD', 'ST.FS', 'ST.POW'],
    equipment: [
      { id: 'ST', name: 'Station headers', kind: 'line', dependsOn: ['LA', 'SV1', 'SV2', 'K1', 'K2', 'K3'] },
      { id: 'SV1', name: 'Suction valve', kind: 'valve', dependsOn: ['PLC1'] },
      { id: 'SV2', name: 'Discharge valve', kind: 'valve', dependsOn: ['PLC1'] },
      { id: 'FG', name: 'Fire and gas detection', kind: 'instrument' },
      { id: 'PLC1', name: 'Station PLC', kind: 'controller' },
    ],
  },
  {
    id: 'units',
    name: 'Units',
    indicators: ['K1.N', 'K2.N', 'K3.N', 'K1.SIG'],
    equipment: numbers.map((n) => ({
      id: `K${n}`,
      name: `Unit ${n}`,
      kind: 'compressor',
      dependsOn: ['PLC1'],
      modes: modesOf(n),
    })),
  },
  {
    id: 'gates',
    name: 'City gates',
    indicators: ['G1.PIN', 'G3.PIN', 'G1.FT', 'G3.FT'],
    equipment: [
      ...numbers.map((n) => ({ id: `G${n}`, name: `City gate ${n}`, kind: 'valve', dependsOn: ['LB', 'RTU2'] })),
      { id: 'RTU2', name: 'Gate RTU', kind: 'controller' },
    ],
  },
];

/** Permitted clients of the controllers: the monitor reads, the operator station writes. */
export const clients: readonly object[] = [
  { address: '127.0.0.1', may: 'read' },
  { address: '127.0.0.20', may: 'write' },
];

export const devices: Readonly<Record<string, object>> = {
  plc1: { type: 'modbus', host: '127.0.0.1', port: 5050, unit: 1, fillRegisters: 0, fillBits: 0, description: 'Station PLC' },
  rtu2: { type: 'modbus', host: '127.0.0.1', port: 5051, unit: 2, fillRegisters: 0, fillBits: 0, description: 'Gate RTU' },
  tap: {
    type: 'capture',
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port: 5052 },
    description: 'Mirror port of the station network',
  },
};

/** Names on indicators, for signals whose own letters are unclear. */
export const shortNames: Readonly<Record<string, string>> = {
  'SUP.PT': 'Supply',
  'SUP.FT': 'Inflow',
  'LK.PACK': 'Pack',
  'LK.BAL': 'Balance',
  'ST.PS': 'Suction',
  'ST.PD': 'Discharge',
  'ST.FS': 'Flow',
  'ST.POW': 'Power',
  ...Object.fromEntries(numbers.map((n) => [`K${n}.N`, `Unit ${n}`])),
  'K1.SIG': 'Margin 1',
  ...Object.fromEntries(
    numbers.flatMap((n) => [
      [`G${n}.PIN`, `Gate ${n}`],
      [`G${n}.FT`, `Flow ${n}`],
    ]),
  ),
};

const controlMode = { 0: 'manual', 1: 'automatic' } as const;
const healthy = { 0: 'healthy', 1: 'tripped' } as const;
const causes = {
  0: 'none',
  1: 'pressure',
  2: 'temperature',
  3: 'vibration',
  4: 'overspeed',
  5: 'suction',
  6: 'oil',
  7: 'surge',
  8: 'gas',
  9: 'fire',
  10: 'stop',
} as const;

/** Names of states by the pattern of the tag's name; the first match counts. */
export const states: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '^[LS]V\\d\\.POS$': { 0: 'closed', 1: 'open' },
  '^[LS]V\\d\\.CMD$': { 0: 'close', 1: 'open' },
  '^ST\\.BYP$': { 0: 'closed', 1: 'open' },
  '^ST\\.MODE$': controlMode,
  '^K\\d\\.(ASMODE|NMODE)$': controlMode,
  '^K\\d\\.STATE$': {
    0: 'stopped',
    1: 'purge',
    2: 'crank',
    3: 'light-off',
    4: 'idle',
    5: 'warm-up',
    6: 'loading',
    7: 'running',
    8: 'unloading',
    9: 'cool-down',
    10: 'tripped',
  },
  '\\.(FIRST|FO)$': causes,
  '^K\\d\\.RUN$': { 0: 'stopped', 1: 'running' },
  '^K\\d\\.READY$': { 0: 'not ready', 1: 'ready' },
  '^K\\d\\.TRIP$': healthy,
  '^K\\d\\.ASVCL$': { 0: 'opened', 1: 'closed' },
  '^K\\d\\.CMD$': { 0: 'stop', 1: 'run' },
  '^K\\d\\.RST$': { 0: 'idle', 1: 'reset' },
  '^FG\\.(FIRE\\d|ESD)$': { 0: 'healthy', 1: 'active' },
  '^FG\\.STOP$': { 0: 'idle', 1: 'stop' },
  '^G\\d\\.SSV$': { 0: 'open', 1: 'closed' },
  '^G\\d\\.MODE$': { 0: 'by-pass', 1: 'regulator' },
  '^G\\d\\.HTRCMD$': { 0: 'off', 1: 'on' },
  '^(PLC1|RTU2)\\.MODE$': { 0: 'stop', 1: 'run', 2: 'program' },
};

/** Alarms: only those that need an operator's action, with limits that normal operation does not exceed. */
export const limits: Readonly<Record<string, TagLimits>> = {
  'ST.PD': {
    highHigh: 7.2,
    high: 7,
    low: 5.4,
    priority: 1,
    response: 'Check the discharge valve, lower the set-point, and stop a unit before it trips at 7.35 MPa',
  },
  'ST.PS': { low: 3.2, priority: 2, response: 'Call the supplier, lower the set-point before the units trip at 2.5 MPa' },
  'ST.DPSCR': { high: 120, priority: 3, response: 'Drain the scrubber, change its elements if the loss stays' },
  ...Object.fromEntries(
    numbers.flatMap((n) => [
      [`K${n}.TD`, { high: 95, priority: 2, response: `Open the anti-surge valve of unit ${n}, stop the unit if it surges` }],
      [`K${n}.VIBDE`, { high: 70, priority: 2, response: `Change over from unit ${n} before it trips at 90 µm` }],
      [`K${n}.TB1`, { high: 110, priority: 2, response: `Change over from unit ${n}, have its bearings checked` }],
      [`G${n}.PIN`, { low: 3.5, priority: 1, response: `Ask the dispatcher to limit customers, raise the pressure of line B` }],
      [
        `G${n}.POUT`,
        { high: 1.75, low: 1.4, priority: 1, response: `Go to gate ${n}: check regulator, by-pass and slam-shut valve` },
      ],
      [`G${n}.TOUT`, { low: 2, priority: 2, response: `Check the heater of gate ${n}: its regulator freezes within an hour` }],
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((n) => [
      `FG.LEL${n}`,
      { high: 20, priority: 1, response: 'Leave the compressor hall, stop the station by hand if the gas does not disperse' },
    ]),
  ),
};
