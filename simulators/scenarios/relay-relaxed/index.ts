import type { Scenario } from '../../../src/core/scenario.ts';

/** A lost station has consequences everywhere, which are no false alarms. */
const station = [
  'GRID',
  'T1',
  'T2',
  'BUSA',
  'BUSB',
  'CAP',
  'F1',
  'F2',
  'F3',
  'F4',
  'G1',
  'G2',
  'SYNC',
  'DC',
  'UFLS',
  'TRF',
  'RTU1',
  'PLC2',
  'QC',
];

/** Overcurrent protection of feeder 1 made ineffective before a fault: see README.md of this folder. */
export const relayRelaxed: Scenario = {
  id: 'relay-relaxed',
  plant: 'substation',
  kind: 'attack',
  title: 'Relay settings of a feeder raised before a fault',
  description:
    'A client raises current, instantaneous setting and time multiplier of the relay of feeder 1. Nothing changes until a line of this feeder breaks five minutes later.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'Nothing for five minutes. Then the fault is not cleared by its own relay: within ten seconds both incomers trip, and all feeders are without supply. With the right settings only feeder 1 is lost.',
  difficulty: 2,
  durationS: 1800,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'F1.ISET', value: 2000 },
      text: 'raises the overcurrent setting of feeder 1 to 2000 A',
    },
    {
      atS: 62,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'F1.ISET2', value: 20_000 },
      text: 'raises the instantaneous setting of feeder 1 to 20 000 A',
    },
    {
      atS: 64,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'F1.TMS', value: 5 },
      text: 'raises the time multiplier of feeder 1 to 5',
    },
    {
      atS: 360,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'line-broken', value: 1 } },
      text: 'a line of feeder 1 breaks',
    },
  ],
  truth: [
    { fromS: 60, toS: 360, tags: ['F1.ISET', 'F1.ISET2', 'F1.TMS'], equipment: ['F1', 'RTU1'] },
    { fromS: 360, toS: 1800, tags: ['F1.ISET', 'F1.ISET2', 'F1.TMS'], equipment: station },
  ],
  expect: { finding: { equipment: ['F1'], tags: ['F1.ISET', 'F1.ISET2', 'F1.TMS'] }, withinS: 60 },
};
