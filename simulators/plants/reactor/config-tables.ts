import type { TagLimits } from '../../../src/core/tag.ts';
import type { ConfigArea } from '../../plant-kit/config-text.ts';
import { loopTable } from './points/loops.ts';
import { valveNames, valveTable } from './points/valves.ts';

/** What each controller measures, or the controller that sets its set-point; and the valve that it moves, itself or by a flow controller. */
const wiring: Readonly<Record<string, readonly [from: string, valve?: string]>> = {
  TIC01: ['R1'],
  TIC02: ['TIC01', 'XV10'],
  PIC01: ['R1', 'XV06'],
  LIC01: ['R1', 'XV11'],
  LIC02: ['S1', 'XV07'],
  LIC03: ['C1', 'XV08'],
  TIC03: ['C1', 'XV09'],
  AIC01: ['AT201', 'XV03'],
  AIC02: ['AT201', 'XV04'],
};
const driversOf = (valve: string): string[] => Object.keys(wiring).filter((loop) => wiring[loop]?.[1] === valve);
/** Valves of the cooling water and steam, which need their supplies. */
const onUtilities = ['XV09', 'XV10', 'XV11'];

/** Valves of an area as equipment: the PLC moves them, by its controllers. */
const valvesOf = (area: string) =>
  valveTable.flatMap(([of, name], i) => {
    const id = valveNames[i] ?? '';
    const supplies = onUtilities.includes(id) ? ['AUX'] : [];
    return of === area && i < 11 ? [{ id, name, kind: 'valve', dependsOn: ['PLC1', ...driversOf(id), ...supplies] }] : [];
  });
const loopsOf = (area: string) =>
  loopTable.flatMap(({ name, area: of, title }) => {
    const [from = 'PLC1'] = wiring[name] ?? [];
    return of === area ? [{ id: name, name: `${title} controller`, kind: 'instrument', dependsOn: ['PLC1', from] }] : [];
  });

/** Areas in the direction of the flow, with their items on the overview. Vessels follow what flows in, and controllers drive equipment. */
export const areas: readonly ConfigArea[] = [
  {
    id: 'feed',
    name: 'Feeds',
    indicators: ['FT101.PV', 'FT102.PV', 'FT103.PV', 'FT104.PV'],
    equipment: [
      { id: 'FT101', name: 'D feed', kind: 'line', dependsOn: ['XV01'] },
      { id: 'FT102', name: 'E feed', kind: 'line', dependsOn: ['XV02'] },
      { id: 'FT103', name: 'A feed', kind: 'line', dependsOn: ['XV03'] },
      { id: 'FT104', name: 'A + C feed', kind: 'line', dependsOn: ['XV04'] },
      ...valvesOf('feed'),
    ],
  },
  {
    id: 'reactor',
    name: 'Reactor',
    indicators: ['R1.PT01A', 'R1.TT01A', 'R1.LT01', 'R1.TW'],
    equipment: [
      { id: 'R1', name: 'Reactor', kind: 'tank', dependsOn: ['FT101', 'FT102', 'FT103', 'FT104', 'K1', 'XV10', 'SIS'] },
      { id: 'FT106', name: 'Reactor feed', kind: 'line', dependsOn: ['K1', 'C1'] },
      ...valvesOf('reactor'),
      { id: 'XV12', name: 'Agitator', kind: 'pump', dependsOn: ['PLC1'] },
      ...loopsOf('reactor'),
      { id: 'PLC1', name: 'Process PLC', kind: 'controller' },
    ],
  },
  {
    id: 'separation',
    name: 'Separation',
    indicators: ['S1.LT', 'C1.LT', 'C1.TT', 'K1.JT'],
    equipment: [
      { id: 'S1', name: 'Condenser and separator', kind: 'tank', dependsOn: ['R1', 'XV11', 'XV07'] },
      { id: 'C1', name: 'Stripper', kind: 'tank', dependsOn: ['S1', 'FT104', 'XV08', 'XV09'] },
      { id: 'K1', name: 'Recycle compressor', kind: 'compressor', dependsOn: ['PLC1', 'S1'] },
      { id: 'FT105', name: 'Recycle', kind: 'line', dependsOn: ['K1', 'XV05'] },
      { id: 'FT109', name: 'Purge', kind: 'line', dependsOn: ['S1', 'XV06'] },
      ...valvesOf('separation'),
      ...loopsOf('separation'),
    ],
  },
  {
    id: 'quality',
    name: 'Quality',
    indicators: ['PRD.RATE', 'PRD.GH', 'AT201.A', 'PRD.COST'],
    equipment: [
      { id: 'AT201', name: 'Reactor feed analyser', kind: 'instrument', dependsOn: ['FT106'] },
      { id: 'AT202', name: 'Purge analyser', kind: 'instrument', dependsOn: ['FT109'] },
      { id: 'AT203', name: 'Product analyser', kind: 'instrument', dependsOn: ['C1'] },
      ...loopsOf('quality'),
      { id: 'PRD', name: 'Production', kind: 'line', dependsOn: ['C1'] },
      { id: 'AUX', name: 'Utilities', kind: 'line', dependsOn: ['FT109'] },
    ],
  },
  {
    id: 'safety',
    name: 'Safety system',
    indicators: ['SIS.P1', 'SIS.T1', 'SIS.PTRIP', 'SIS.TTRIP'],
    equipment: [
      { id: 'SIS', name: 'Safety system', kind: 'instrument', dependsOn: ['SIS2'] },
      { id: 'SIS2', name: 'Safety controller', kind: 'controller' },
    ],
  },
];

/** Permitted clients of the controllers: the monitor reads, the operator station writes. */
export const clients: readonly object[] = [
  { address: '127.0.0.1', may: 'read' },
  { address: '127.0.0.20', may: 'write' },
];

export const devices: Readonly<Record<string, object>> = {
  plc1: { type: 'modbus', host: '127.0.0.1', port: 5060, unit: 1, fillRegisters: 0, fillBits: 0, description: 'Process PLC' },
  sis2: {
    type: 'modbus',
    host: '127.0.0.1',
    port: 5061,
    unit: 2,
    fillRegisters: 0,
    fillBits: 0,
    description: 'Safety controller',
  },
  tap: {
    type: 'capture',
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port: 5062 },
    description: 'Mirror port of the process network',
  },
};

/** Names on indicators, for signals whose own letters are unclear. */
export const shortNames: Readonly<Record<string, string>> = {
  'FT101.PV': 'D',
  'FT102.PV': 'E',
  'FT103.PV': 'A',
  'FT104.PV': 'A+C',
  'R1.PT01A': 'Pressure',
  'R1.TT01A': 'Temp',
  'R1.LT01': 'Level',
  'R1.TW': 'Water',
  'S1.LT': 'Separator',
  'C1.LT': 'Stripper',
  'C1.TT': 'Str temp',
  'K1.JT': 'Recycle',
  'PRD.RATE': 'Product',
  'PRD.GH': 'G/H',
  'PRD.COST': 'Cost',
  'AT201.A': 'A in feed',
  'SIS.P1': 'Pressure',
  'SIS.T1': 'Temp',
  'SIS.PTRIP': 'P trip',
  'SIS.TTRIP': 'T trip',
};

const causes = {
  0: 'none',
  1: 'pressure',
  2: 'temperature',
  3: 'reactor level',
  4: 'separator level',
  5: 'stripper level',
} as const;
const healthy = { 0: 'healthy', 1: 'active' } as const;

/** Names of states by the pattern of the tag's name; the first match counts. */
export const states: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '^(FT|[TPLA]IC)\\d+\\.MODE$': { 0: 'manual', 1: 'automatic', 2: 'cascade' },
  '^PRD\\.MODE$': { 0: 'even', 1: 'more G', 2: 'more H' },
  '\\.(FIRST|FO)$': causes,
  '^K1\\.RUN$': { 0: 'stopped', 1: 'running' },
  '^K1\\.CMD$': { 0: 'stop', 1: 'run' },
  '^SIS\\.TRIP$': { 0: 'healthy', 1: 'tripped' },
  '^SIS\\.KEY$': { 0: 'run', 1: 'program' },
  '^SIS\\.HALT$': { 0: 'running', 1: 'halted' },
  '^SIS\\.MODE$': { 0: 'run', 1: 'program' },
  '^SIS\\.BYP$': { 0: 'off', 1: 'bypassed' },
  '^SIS\\.RESET$': { 0: 'idle', 1: 'reset' },
  '^SIS\\.(DISC|LSR|LSS|LSC)$': healthy,
  '^(PLC1|SIS2)\\.MODE$': { 0: 'stop', 1: 'run', 2: 'program' },
};

/** Alarms: only those that need an operator's action, with limits that normal operation does not exceed. */
export const limits: Readonly<Record<string, TagLimits>> = {
  'R1.PT01A': {
    highHigh: 2960,
    high: 2895,
    priority: 1,
    response: 'Check purge and by-pass valve, cut D and E by 10 %, and shut down by hand if the pressure still rises',
  },
  'R1.TT01A': {
    high: 135,
    low: 105,
    priority: 1,
    response: 'Compare transmitters A, B and C, check the cooling water valve on site, and shut down if the temperature is true',
  },
  'R1.LT01': { high: 105, low: 15, priority: 2, response: 'Check the level controller and the condenser water, change D and E' },
  'S1.LT': { high: 90, low: 15, priority: 2, response: 'Check the underflow valve on site, move it by hand' },
  'C1.LT': { high: 90, low: 15, priority: 2, response: 'Check the product valve on site, move it by hand' },
  'K1.VIB': { high: 7.1, priority: 2, response: 'Cut the production, plan a stop of the recycle compressor' },
  'K1.TB': { high: 90, priority: 2, response: 'Check the oil of the recycle compressor, plan a stop' },
  'AUX.CWS': { low: 3, priority: 1, response: 'Start the second cooling water pump, cut D and E' },
  'AUX.STM': { low: 7, priority: 3, response: 'Call the boiler house: the stripper loses its heat' },
};
