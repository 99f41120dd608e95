import type { TagLimits } from '../../../src/core/tag.ts';
import type { ConfigArea } from '../../plant-kit/config-text.ts';
import { breakerTitles } from './breaker-names.ts';

const feeders = [1, 2, 3, 4] as const;

/**
 * Areas in the order of the supply, with their items on the overview. A breaker belongs to the equipment that it switches. The supplies by
 * which incidents join follow the bays: infeeds and generators supply the busbars, these the feeders, and the controllers drive them.
 */
export const areas: readonly ConfigArea[] = [
  {
    id: 'grid',
    name: 'Grid 110 kV',
    indicators: ['GRID.UAB', 'GRID.F', 'GRID.P', 'T1.HOT'],
    equipment: [
      { id: 'GRID', name: '110 kV line', kind: 'line' },
      { id: 'T1', name: 'Transformer 1', kind: 'transformer', dependsOn: ['GRID', 'RTU1'] },
      { id: 'T2', name: 'Transformer 2', kind: 'transformer', dependsOn: ['GRID', 'RTU1'] },
    ],
  },
  {
    id: 'busbars',
    name: 'Busbars 20 kV',
    indicators: ['BUSA.UAB', 'BUSB.UAB', 'BUSA.F', 'CAP.N'],
    equipment: [
      { id: 'BUSA', name: 'Busbar A', kind: 'busbar', dependsOn: ['T1', 'G2', 'QC'] },
      { id: 'BUSB', name: 'Busbar B', kind: 'busbar', dependsOn: ['T2', 'G1', 'QC'] },
      { id: 'QC', name: breakerTitles.QC, kind: 'breaker', dependsOn: ['BUSA', 'BUSB', 'RTU1'] },
      { id: 'CAP', name: 'Capacitor bank', kind: 'capacitor', dependsOn: ['BUSA', 'RTU1'] },
    ],
  },
  {
    id: 'feeders',
    name: 'Feeders',
    indicators: ['F1.P', 'F2.P', 'F3.P', 'F4.P'],
    equipment: feeders.map((n) => ({
      id: `F${n}`,
      name: `Feeder ${n}`,
      kind: 'line',
      dependsOn: [n < 3 ? 'BUSA' : 'BUSB', 'UFLS', 'RTU1'],
    })),
  },
  {
    id: 'generation',
    name: 'Generation',
    indicators: ['G1.P', 'G1.N', 'G1.HEAD', 'G2.P'],
    equipment: [
      { id: 'G1', name: 'Hydro unit', kind: 'generator', dependsOn: ['PLC2'] },
      { id: 'G2', name: 'Diesel set', kind: 'generator', dependsOn: ['PLC2'] },
      { id: 'SYNC', name: 'Synchroscope', kind: 'instrument', dependsOn: ['BUSA', 'BUSB', 'G1', 'G2'] },
      { id: 'PLC2', name: 'Generator PLC', kind: 'controller' },
    ],
  },
  {
    id: 'station',
    name: 'Station',
    indicators: ['DC.U', 'DC.I', 'UFLS.DONE', 'TRF.STEP'],
    equipment: [
      { id: 'DC', name: 'Station battery', kind: 'battery' },
      { id: 'UFLS', name: 'Load shedding', kind: 'control', dependsOn: ['BUSA', 'BUSB'] },
      { id: 'TRF', name: 'Automatic transfer', kind: 'control', dependsOn: ['GRID', 'BUSA', 'BUSB'] },
      { id: 'RTU1', name: 'Station RTU', kind: 'controller' },
    ],
  },
];

/** Permitted clients of the controllers: the monitor reads, the operator station writes. */
export const clients: readonly object[] = [
  { address: '127.0.0.1', may: 'read' },
  { address: '127.0.0.20', may: 'write' },
];

export const devices: Readonly<Record<string, object>> = {
  rtu1: { type: 'modbus', host: '127.0.0.1', port: 5030, unit: 1, fillRegisters: 0, fillBits: 0, description: 'Station RTU' },
  plc2: { type: 'modbus', host: '127.0.0.1', port: 5031, unit: 2, fillRegisters: 0, fillBits: 0, description: 'Generator PLC' },
  tap: {
    type: 'capture',
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port: 5032 },
    description: 'Mirror port of the station network',
  },
};

/** Names on indicators, for signals whose own letters are unclear. */
export const shortNames: Readonly<Record<string, string>> = {
  'GRID.UAB': '110 kV',
  'GRID.F': 'Grid f',
  'GRID.P': 'Import',
  'GRID.Q': 'Import Q',
  'T1.HOT': 'T1 hot',
  'T2.HOT': 'T2 hot',
  'BUSA.UAB': 'Bus A',
  'BUSB.UAB': 'Bus B',
  'BUSA.F': 'Bus A f',
  'BUSB.F': 'Bus B f',
  'CAP.N': 'Capacit.',
  ...Object.fromEntries(feeders.map((n) => [`F${n}.P`, `F${n}`])),
  'G1.P': 'Hydro',
  'G1.N': 'Speed',
  'G1.HEAD': 'Forebay',
  'G2.P': 'Diesel',
  'DC.U': 'Battery',
  'DC.I': 'Batt. I',
  'UFLS.DONE': 'Shedding',
  'TRF.STEP': 'Transfer',
};

const controlMode = { 0: 'manual', 1: 'automatic' } as const;

/**
 * Names of states by the pattern of the tag's name; the first match counts. A position is not named `open`: the overview would count
 * an open breaker as running equipment.
 */
export const states: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '^Q.*\\.POS$': { 0: 'opened', 1: 'closed' },
  '^Q.*\\.OPN$': { 0: 'not open', 1: 'opened' },
  '^Q.*\\.SPR$': { 0: 'charging', 1: 'charged' },
  '^Q.*\\.LR$': { 0: 'local', 1: 'remote' },
  '^Q.*\\.TRIP$': { 0: 'healthy', 1: 'tripped' },
  '^Q.*\\.SEL$': { 0: 'free', 1: 'selected' },
  '^Q.*\\.CMD$': { 0: 'open', 1: 'close' },
  '\\.TAP(UP|DN)$': { 0: 'idle', 1: 'pulse' },
  '^T\\d\\.MODE$': controlMode,
  '^CAP\\.MODE$': controlMode,
  '^G1\\.PMODE$': controlMode,
  '^G1\\.MODE$': { 0: 'off', 1: 'speed', 2: 'droop', 3: 'isochronous' },
  '^G2\\.MODE$': { 1: 'droop', 2: 'isochronous' },
  '^G\\d\\.CMD$': { 0: 'stop', 1: 'run' },
  '^G2\\.STATE$': { 0: 'stopped', 1: 'cranking', 2: 'idle', 3: 'run up', 4: 'excited', 5: 'ready', 6: 'failed' },
  '\\.FAN$': { 0: 'stopped', 1: 'cooling' },
  '\\.PICKUP$': { 0: 'healthy', 1: 'picked up' },
  '\\.CURVE$': { 0: 'standard', 1: 'very', 2: 'extremely', 3: 'long' },
  '\\.(AR|EN)$': { 0: 'disabled', 1: 'enabled' },
  '\\.CHG$': { 0: 'off', 1: 'charging' },
  '\\.OK$': { 0: 'no', 1: 'yes' },
  '\\.ACT$': { 0: 'idle', 1: 'comparing' },
  '^TRF\\.STEP$': { 0: 'none', 1: 'separate', 2: 'energise', 3: 'reconnect', 4: 'synchronise', 5: 'restore' },
  '^(RTU1|PLC2)\\.MODE$': { 0: 'stop', 1: 'run', 2: 'program' },
  '^RTU1\\.FO$': {
    0: 'none',
    1: 'feeder',
    2: 'incomer',
    3: 'overvoltage',
    4: 'undervoltage',
    5: 'frequency',
    6: 'loss of mains',
    7: 'reverse power',
    8: 'differential',
    9: 'oil',
    10: 'breaker failure',
    11: 'overspeed',
    12: 'out of phase',
  },
  '^PLC2\\.FO$': { 0: 'none', 1: 'overspeed', 2: 'mechanical', 3: 'electrical', 4: 'out of phase', 5: 'bearing' },
};

const busbar: TagLimits = {
  highHigh: 21.8,
  high: 21.2,
  low: 19,
  priority: 2,
  response: 'Compare the taps, set the tap changers to manual and correct the voltage',
};
const hotSpot: TagLimits = { high: 98, priority: 2, response: 'Check fans and load, move load to the other transformer' };

/** Alarms: only those that need an operator's action, with limits that normal operation does not exceed. */
export const limits: Readonly<Record<string, TagLimits>> = {
  'BUSA.UAB': busbar,
  'BUSB.UAB': busbar,
  'BUSA.F': {
    high: 50.5,
    low: 49.5,
    priority: 1,
    response: 'Check whether the station is an island, compare generation and load, watch load shedding',
  },
  'T1.HOT': hotSpot,
  'T2.HOT': hotSpot,
  'T1.OIL': { high: 95, priority: 1, response: 'Reduce the load of transformer 1 before it trips at 105 °C, check fans' },
  'T2.OIL': { high: 95, priority: 1, response: 'Reduce the load of transformer 2 before it trips at 105 °C, check fans' },
  'G1.N': { high: 530, priority: 1, response: 'Check that the unit has tripped and the gate closes, else close the intake gate' },
  'G1.HEAD': { high: 62.95, low: 60.5, priority: 3, response: 'Compare inflow and gate, change the power set-point by hand' },
  'G1.VIB': { high: 3.5, priority: 2, response: 'Change the load out of the rough range, have the bearings checked' },
  'G1.TSTAT': { high: 120, priority: 2, response: 'Reduce the load of the hydro unit, check its cooling' },
  'G2.FUEL': { low: 3000, priority: 3, response: 'Order fuel: the full tank lasts eight hours at full load' },
  'G2.TCOOL': { high: 98, priority: 2, response: 'Reduce the load of the diesel set, check coolant and radiator' },
  'DC.U': { low: 112, priority: 1, response: 'Check the charger at once: without battery no breaker can trip after four hours' },
};
