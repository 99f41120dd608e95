import { actorUri } from '../../../src/core/plant.ts';
import type { TagLimits } from '../../../src/core/tag.ts';
import type { ConfigArea } from '../../plant-kit/config-text.ts';

const numbers = [1, 2, 3, 4] as const;

/** Operating modes of a filter: filtering; washing, from draining to water; rinsing to waste; out of service. */
const filtering = (tag: string) => ({
  tag,
  values: { filtering: [0], washing: [1, 2, 3, 4], rinsing: [5, 6], out: [7] },
  resting: ['out'],
  settle: '1m',
});

/** Areas in the order of the process, with their items on the overview. */
export const areas: readonly ConfigArea[] = [
  {
    id: 'intake',
    name: 'Intake',
    indicators: ['RW.FT01', 'RW.LT01', 'RW.TU01', 'RW.PH01'],
    equipment: [
      { id: 'RW', name: 'River intake', kind: 'intake' },
      { id: 'RW.P1', name: 'Intake pump 1', kind: 'pump' },
      { id: 'RW.P2', name: 'Intake pump 2', kind: 'pump' },
    ],
  },
  {
    id: 'treatment',
    name: 'Treatment',
    indicators: ['CG.ALDOSE', 'ST.TU02', 'CL.OP', 'CL.AT01'],
    equipment: [
      { id: 'CG', name: 'Coagulation', kind: 'dosing' },
      { id: 'ST', name: 'Settling', kind: 'basin' },
      ...numbers.map((n) => ({ id: `FL${n}`, name: `Filter ${n}`, kind: 'filter', modes: filtering(`FL${n}.ST`) })),
      { id: 'BW', name: 'Filter wash', kind: 'pump' },
      { id: 'CL', name: 'Chlorination', kind: 'dosing' },
      { id: 'PLC1', name: 'Process PLC', kind: 'controller' },
    ],
  },
  {
    id: 'clearwell',
    name: 'Clearwell',
    indicators: ['CW.LT01', 'CL.AT02', 'CW.TU03', 'CW.CTR'],
    equipment: [{ id: 'CW', name: 'Clearwell', kind: 'tank' }],
  },
  {
    id: 'pumping',
    name: 'Pumping',
    indicators: ['PS.FT01', 'PS.PT02', 'PS.PT01', 'PS.NPSH'],
    equipment: [
      { id: 'PS', name: 'Pumping station', kind: 'station', dependsOn: numbers.map((n) => `PS.P${n}`) },
      ...numbers.map((n) => ({ id: `PS.P${n}`, name: `High-lift pump ${n}`, kind: 'pump', dependsOn: ['SP'] })),
      { id: 'SP', name: 'Staging set-points', kind: 'control' },
    ],
  },
  {
    id: 'network',
    name: 'Network',
    indicators: ['T1.LT', 'T2.LT', 'T3.LT', 'DN.PT.H4'],
    equipment: [
      ...[1, 2, 3].map((n) => ({ id: `T${n}`, name: `Tank ${n}`, kind: 'tank' })),
      { id: 'DN', name: 'Distribution network', kind: 'network' },
      { id: 'PRV1', name: 'Low zone reducing valve', kind: 'valve' },
      ...[1, 2].map((n) => ({ id: `B${n}`, name: `Booster ${n}`, kind: 'pump', dependsOn: ['SP'] })),
      { id: 'RTU2', name: 'Network RTU', kind: 'controller' },
    ],
  },
];

/** Permitted clients of the controllers: the monitor reads, the operator station writes. */
export const clients: readonly object[] = [
  { address: '127.0.0.1', may: 'read' },
  { address: '127.0.0.20', may: 'write' },
];

export const devices: Readonly<Record<string, object>> = {
  plc1: { type: 'modbus', host: '127.0.0.1', port: 5020, unit: 1, fillRegisters: 0, fillBits: 0, description: 'Process PLC' },
  rtu2: { type: 'modbus', host: '127.0.0.1', port: 5021, unit: 2, fillRegisters: 0, fillBits: 0, description: 'Network RTU' },
  tap: {
    type: 'capture',
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port: 5022 },
    description: 'Mirror port of the control network',
  },
  ua1: {
    type: 'opcua',
    endpoint: 'opc.tcp://127.0.0.1:4840',
    description: 'Chlorination and clearwell',
    user: { name: 'scadawatch', passphrase: '${env:SCADAWATCH_UA1_PASSPHRASE}' },
    publishingMs: 200,
    sampling: 'change',
    queueSize: 64,
    clients: [actorUri('operator')],
  },
};

/** Names on indicators, for signals whose own letters are unclear. */
export const shortNames: Readonly<Record<string, string>> = {
  'RW.LT01': 'River',
  'RW.FT01': 'Raw flow',
  'RW.TU01': 'Raw turb',
  'RW.TE01': 'River °C',
  'RW.PH01': 'Raw pH',
  'CG.ALDOSE': 'Alum',
  'CG.PH02': 'Mixed pH',
  'ST.TU02': 'Settled',
  'CL.AT01': 'Contact',
  'CL.AT02': 'Chlorine',
  'CL.OP': 'Dose',
  'CW.LT01': 'Level 1',
  'CW.LT02': 'Level 2',
  'CW.TU03': 'Turbidity',
  'CW.CTR': 'CT ratio',
  'PS.PT01': 'Suction',
  'PS.PT02': 'Discharge',
  'PS.FT01': 'Flow',
  'PS.NPSH': 'Margin',
  'T1.LT': 'Tank 1',
  'T2.LT': 'Tank 2',
  'T3.LT': 'Tank 3',
  'DN.PT.H4': 'H4 head',
};

/** Names of states by the pattern of the tag's name; the first match counts. */
export const states: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '\\.CMD$': { 0: 'stop', 1: 'run' },
  '\\.RUN$': { 0: 'stopped', 1: 'running' },
  '\\.TRIP$': { 0: 'healthy', 1: 'tripped' },
  '^FL\\d\\.ST$': { 0: 'service', 1: 'drain', 2: 'air', 3: 'air+water', 4: 'water', 5: 'settle', 6: 'to waste', 7: 'out' },
  '^(CG|CL)\\.MODE$': { 0: 'manual', 1: 'auto' },
  '^(PLC1|RTU2)\\.MODE$': { 0: 'stop', 1: 'run', 2: 'program' },
  '^PLC1\\.FO$': { 0: 'none', 1: 'overload', 2: 'vibration', 3: 'bearing', 4: 'dry run' },
};

const vibration: TagLimits = { high: 6, priority: 3, response: 'Change over to the next pump and have the bearing checked' };

/** Alarms: only those that need an operator's action, with limits that normal operation does not exceed. */
export const alarms: Readonly<Record<string, TagLimits>> = {
  'CW.LT01': { high: 4.3, low: 1.2, priority: 2, response: 'Compare with level 2, set raw flow by hand' },
  'ST.TU02': { high: 6, priority: 2, response: 'Check alum feed and raw turbidity, make a jar test' },
  'CL.AT01': { high: 2, low: 0.25, priority: 2, response: 'Check dosing pump and tank, dose by hand' },
  'CL.AT02': { high: 1.5, low: 0.6, priority: 1, response: 'Check dosing, compare with a hand sample, hold supply' },
  'CW.TU03': { high: 0.5, priority: 1, response: 'Find the leaking filter and take it out, check alum feed' },
  'CW.CTR': { low: 0.9, priority: 1, response: 'Raise chlorine, reduce station flow' },
  'CG.ALTK': { low: 10, priority: 3, response: 'Order alum' },
  'T1.LT': { high: 5.8, low: 2.5, priority: 2, response: 'Check station and bursts, start or stop a pump by hand' },
  'T3.LT': { high: 4.8, low: 2.5, priority: 2, response: 'Check boosters and high zone flow' },
  'DN.PT.H4': { low: 20, priority: 1, response: 'Check boosters and tank 3, look for a burst in the high zone' },
  'PRV1.PO': { high: 50, low: 25, priority: 1, response: 'Check the reducing valve and its set-point on site' },
  ...Object.fromEntries(numbers.map((n) => [`PS.P${n}.VIB`, vibration])),
};
