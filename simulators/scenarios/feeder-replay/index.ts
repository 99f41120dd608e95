import type { Scenario } from '../../../src/core/scenario.ts';

const replayed = [
  ...['IA', 'IB', 'IC', 'I0', 'P', 'Q', 'PF'].map((signal) => `F2.${signal}`),
  ...['POS', 'OPN', 'SPR', 'CMD'].map((signal) => `QF2.${signal}`),
];

/** Recorded values of feeder 2 replayed while its breaker is opened: see README.md of this folder. */
export const feederReplay: Scenario = {
  id: 'feeder-replay',
  plant: 'substation',
  kind: 'attack',
  title: 'Recorded values replayed while a feeder is opened',
  description:
    'An attacker on the line to the station RTU repeats the last ten minutes of feeder 2, and opens its breaker. The display shows a supplied hospital.',
  techniques: ['T1692.002', 'T0830', 'T1692.001'],
  physicalResult: 'Feeder 2 is without supply within seconds. The display still shows a closed breaker and the earlier load.',
  difficulty: 3,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'plant', action: { type: 'replay', points: replayed, lengthS: 600 } },
      text: 'repeats the last ten minutes of feeder 2',
    },
    {
      atS: 90,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF2.SEL', value: 1 },
      text: 'selects the breaker of feeder 2',
    },
    {
      atS: 90,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF2.CMD', value: 0 },
      text: 'opens the breaker of feeder 2',
    },
  ],
  truth: [
    {
      fromS: 60,
      toS: 3600,
      tags: [...replayed, 'F2.EP', 'F2.EQ'],
      // consequences, no false alarms: less load and a higher voltage, which the replay does not show
      equipment: ['F2', 'BUSA', 'BUSB', 'GRID', 'T1', 'T2', 'RTU1', 'CAP'],
    },
  ],
  expect: {
    finding: { equipment: ['F2'], tags: [...replayed, 'F2.EP', 'F2.EQ', 'T1.P', 'T2.P', 'GRID.P'] },
    withinS: 900,
  },
};
