import type { Scenario } from '../../../src/core/scenario.ts';

/** Auto-reclose of all feeders and load shedding disabled: see README.md of this folder. */
export const recloseDisabled: Scenario = {
  id: 'reclose-disabled',
  plant: 'substation',
  kind: 'attack',
  title: 'Auto-reclose and load shedding disabled',
  description:
    'A client disables the auto-reclose of all feeders and the load shedding. Five minutes later lightning strikes the line of feeder 2, which supplies the hospital.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'Nothing for five minutes. Then a fault that ends by itself leaves feeder 2 without supply; with auto-reclose it has supply again after a second.',
  difficulty: 2,
  durationS: 1800,
  steps: [
    ...[1, 2, 3, 4].map((feeder) => ({
      atS: 59 + feeder,
      actor: 'attacker' as const,
      act: { type: 'modbus-write' as const, controller: 'rtu1', point: `F${feeder}.AR`, value: 0 },
      text: `disables the auto-reclose of feeder ${feeder}`,
    })),
    {
      atS: 64,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'UFLS.EN', value: 0 },
      text: 'disables load shedding',
    },
    {
      atS: 360,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'line-fault', value: 2 } },
      text: 'lightning strikes the line of feeder 2',
    },
  ],
  truth: [
    {
      fromS: 60,
      toS: 1800,
      tags: ['UFLS.EN', 'F1.AR', 'F2.AR', 'F3.AR', 'F4.AR'],
      // consequences of the lost feeder, no false alarms: less load, and a higher voltage
      equipment: ['F1', 'F2', 'F3', 'F4', 'UFLS', 'RTU1', 'GRID', 'T1', 'T2', 'BUSA', 'BUSB'],
    },
  ],
  expect: {
    finding: { equipment: ['F1', 'F2', 'F3', 'F4', 'UFLS'], tags: ['UFLS.EN', 'F1.AR', 'F2.AR', 'F3.AR', 'F4.AR'] },
    withinS: 60,
  },
};
