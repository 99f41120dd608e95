import type { Scenario } from '../../../src/core/scenario.ts';

const breakers = ['QT1H', 'QT2H', 'QT1L', 'QT2L', 'QC', 'QF1', 'QF2', 'QF3', 'QF4', 'QG1', 'QG2', 'QCB1', 'QCB2'];
/** Two breakers a second. */
const secondOf = (breaker: number): number => 60 + Math.floor(breaker / 2);

/** All breakers opened in the order of their addresses: see README.md of this folder. */
export const breakerSweep: Scenario = {
  id: 'breaker-sweep',
  plant: 'substation',
  kind: 'attack',
  title: 'All breakers opened by a sweep of coils',
  description:
    'A client selects and opens all thirteen breakers of the station in the order of their addresses: 26 writes in seven seconds.',
  techniques: ['T0806', 'T1692.001', 'T0848'],
  physicalResult:
    'Within ten seconds both busbars and all feeders are without supply, and the hydro unit trips on overspeed with a peak of 120 % to 130 %.',
  difficulty: 1,
  durationS: 1800,
  steps: breakers.flatMap((breaker, i) => [
    {
      atS: secondOf(i),
      actor: 'attacker' as const,
      act: { type: 'modbus-write' as const, controller: 'rtu1', point: `${breaker}.SEL`, value: 1 },
      text: `selects the breaker ${breaker}`,
    },
    {
      atS: secondOf(i),
      actor: 'attacker' as const,
      act: { type: 'modbus-write' as const, controller: 'rtu1', point: `${breaker}.CMD`, value: 0 },
      text: `opens the breaker ${breaker}`,
    },
  ]),
  truth: [
    {
      fromS: 60,
      toS: 1800,
      tags: breakers.flatMap((breaker) => [`${breaker}.POS`, `${breaker}.OPN`, `${breaker}.CMD`]),
      // consequences, no false alarms: nothing of the station has supply, and both machines stop
      equipment: [
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
      ],
    },
  ],
  expect: {
    finding: {
      equipment: ['GRID', 'T1', 'T2', 'BUSA', 'BUSB', 'F1', 'F2', 'F3', 'F4', 'G1', 'G2', 'CAP', 'QC', 'RTU1'],
      tags: ['BUSA.UAB', 'BUSB.UAB', 'F1.P', 'F2.P', 'F3.P', 'F4.P', 'RTU1.SEQ'],
    },
    withinS: 60,
  },
};
