import { actorUri } from '../../../src/core/plant.ts';
import type { TagLimits } from '../../../src/core/tag.ts';
import type { ConfigArea } from '../../plant-kit/config-text.ts';

const arms = [1, 2] as const;
const axes = [1, 2, 3, 4, 5, 6] as const;

/** Areas in the order of the process, with their items on the overview. Supplies follow the way of a part and the power. */
export const areas: readonly ConfigArea[] = [
  {
    id: 'line',
    name: 'Line',
    indicators: ['CELL.STATE', 'CELL.OEE', 'CELL.CT', 'CV1.SPD'],
    equipment: [
      { id: 'CV1', name: 'Infeed conveyor', kind: 'conveyor', dependsOn: ['CELL', 'PLC1'] },
      { id: 'CV2', name: 'Outfeed conveyor', kind: 'conveyor', dependsOn: ['CELL', 'PLC1'] },
      { id: 'PE1', name: 'Entry photo-eye', kind: 'instrument', dependsOn: ['CV1'] },
      { id: 'PE2', name: 'Stopper photo-eye', kind: 'instrument', dependsOn: ['CV1', 'STP'] },
      { id: 'PE3', name: 'Queue photo-eye', kind: 'instrument', dependsOn: ['CV1'] },
      { id: 'PE4', name: 'Outfeed photo-eye', kind: 'instrument', dependsOn: ['CV2', 'R2'] },
      { id: 'STP', name: 'Stopper', kind: 'valve', dependsOn: ['PLC1', 'AIR'] },
      { id: 'CELL', name: 'Cell', kind: 'control', dependsOn: ['SS', 'PLC1'] },
      { id: 'PLC1', name: 'Cell PLC', kind: 'controller' },
    ],
  },
  {
    id: 'fixture',
    name: 'Fixture',
    indicators: ['FX.PEAK', 'FX.FINAL', 'FX.RESULT', 'AIR.P'],
    equipment: [
      { id: 'FX', name: 'Fixture with press', kind: 'press', dependsOn: ['R1', 'AIR', 'CELL'] },
      { id: 'AIR', name: 'Compressed air', kind: 'compressor' },
    ],
  },
  {
    id: 'arms',
    name: 'Arms',
    indicators: ['R1.TCPV', 'R2.TCPV', 'C1.CT', 'C2.CT'],
    equipment: arms.flatMap((n) => [
      { id: `R${n}`, name: `Arm ${n}`, kind: 'arm', dependsOn: [`C${n}`, 'SS', 'CELL', n === 1 ? 'CV1' : 'FX', 'AIR'] },
      { id: `C${n}`, name: `Robot controller ${n}`, kind: 'controller' },
    ]),
  },
  {
    id: 'safety',
    name: 'Safety',
    indicators: ['SS.MODE', 'SS.ESTOP', 'SS.PSTOP', 'SS.WARN'],
    equipment: [{ id: 'SS', name: 'Safety PLC', kind: 'controller' }],
  },
];

/** Permitted clients of the controllers: the monitor reads, the operator station writes. */
export const clients: readonly object[] = [
  { address: '127.0.0.1', may: 'read' },
  { address: '127.0.0.20', may: 'write' },
];

export const devices: Readonly<Record<string, object>> = {
  plc1: { type: 'modbus', host: '127.0.0.1', port: 5040, unit: 1, fillRegisters: 0, fillBits: 0, description: 'Cell PLC' },
  tap: {
    type: 'capture',
    source: { type: 'pcap-over-ip', host: '127.0.0.1', port: 5042 },
    description: 'Mirror port of the cell network',
  },
  ua1: {
    type: 'opcua',
    endpoint: 'opc.tcp://127.0.0.1:4841',
    description: 'Arms and safety PLC',
    user: { name: 'scadawatch', passphrase: '${env:SCADAWATCH_UA1_PASSPHRASE}' },
    publishingMs: 200,
    sampling: 'change',
    queueSize: 64,
    clients: [actorUri('operator')],
  },
};

/** Names on indicators, for signals whose own letters are unclear. */
export const shortNames: Readonly<Record<string, string>> = {
  'CELL.STATE': 'State',
  'CELL.OEE': 'OEE',
  'CELL.CT': 'Takt',
  'CV1.SPD': 'Infeed',
  'CV2.SPD': 'Outfeed',
  'FX.PEAK': 'Force',
  'FX.FINAL': 'Depth',
  'FX.RESULT': 'Verdict',
  'AIR.P': 'Air',
  'R1.TCPV': 'Arm 1',
  'R2.TCPV': 'Arm 2',
  'C1.CT': 'Cycle 1',
  'C2.CT': 'Cycle 2',
  'SS.MODE': 'Mode',
  'SS.ESTOP': 'E-stop',
  'SS.PSTOP': 'Stop',
  'SS.WARN': 'Warning',
};

const onOff = { 0: 'off', 1: 'on' } as const;
const covered = { 0: 'free', 1: 'covered' } as const;
const alarmNames = {
  0: 'none',
  1: 'e-stop',
  2: 'protective',
  3: 'jam',
  4: 'part lost',
  5: 'torque',
  6: 'heat',
  7: 'zone',
  8: 'air',
  9: 'control',
} as const;

/** Names of states by the pattern of the tag's name; the first match counts. */
export const states: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  '^CELL\\.STATE$': {
    2: 'stopped',
    3: 'starting',
    4: 'idle',
    5: 'suspended',
    6: 'execute',
    7: 'stopping',
    9: 'aborted',
    11: 'held',
    15: 'resetting',
  },
  '^CELL\\.CMD$': { 0: 'none', 1: 'start', 2: 'stop', 3: 'hold', 4: 'reset' },
  '^CELL\\.ZONE$': { 0: 'free', 1: 'arm 1', 2: 'arm 2', 3: 'both' },
  '^CELL\\.ZFRC$': { 0: 'guarded', 1: 'forced' },
  '^CELL\\.CAMS$': { 0: 'free', 1: 'both arms' },
  '\\.(ALARM|FO)$': alarmNames,
  '^CV\\d\\.RUN$': { 0: 'stopped', 1: 'running' },
  '^CV\\d\\.CMD$': { 0: 'stop', 1: 'run' },
  '^PE\\d': covered,
  '^STP': { 0: 'opened', 1: 'closed' },
  '^FX\\.PRESENT$': { 0: 'empty', 1: 'present' },
  '^FX\\.CLAMP$': { 0: 'released', 1: 'clamped' },
  '^FX\\.RESULT$': { 0: 'none', 1: 'good', 2: 'bad' },
  '\\.(EN|INSP|CLCMD|VCMD)$': { 0: 'disabled', 1: 'enabled' },
  '^SS\\.MODE$': { 0: 'other', 1: 'manual reduced', 2: 'manual high', 3: 'automatic', 4: 'external' },
  '^SS\\.(ESTOP|PSTOP|.*\\.ACT)$': { 0: 'healthy', 1: 'active' },
  '^SS\\.(ES\\d|RST)$': { 0: 'released', 1: 'pressed' },
  '^SS\\.(WARN|MUTE\\d)$': { 0: 'free', 1: 'occupied' },
  '^SS\\.CURTBR$': { 0: 'free', 1: 'interrupted' },
  '^SS\\.DOOROP$': { 0: 'closed', 1: 'opened' },
  '^SS\\.MUTED$': { 0: 'guarding', 1: 'muted' },
  '^SS\\.MUTEOV$': onOff,
  '\\.CTRL$': { 0: 'cell', 1: 'pendant', 2: 'remote' },
  '\\.PROG$': { 1: 'product A', 2: 'product B', 3: 'service' },
  '\\.EXEC$': { 0: 'cycle', 1: 'continuous', 2: 'step' },
  '\\.LOADED$': { 0: 'no', 1: 'loaded' },
  '\\.INCTRL$': { 0: 'no power', 1: 'running' },
  '\\.ONPATH$': { 0: 'off path', 1: 'on path' },
  '\\.BRK$': { 0: 'braked', 1: 'released' },
  '^PLC1\\.MODE$': { 0: 'stop', 1: 'run', 2: 'program' },
};

/** Alarms: only those that need an operator's action, with limits that normal operation does not exceed. */
export const limits: Readonly<Record<string, TagLimits>> = {
  'AIR.P': { low: 0.45, priority: 1, response: 'Stop the cell before parts fall, check the compressed air of the site' },
  ...Object.fromEntries(
    arms.flatMap((n) => [
      [`C${n}.TEMP`, { high: 55, priority: 3, response: `Clean the filter of the cabinet of arm ${n}, check its fan` }],
      ...axes.map((a) => [
        `R${n}.A${a}.TMOT`,
        { high: 80, priority: 2, response: `Lower override and acceleration of arm ${n} before the motor trips at 120 °C` },
      ]),
    ]),
  ),
};
