import type { Scenario } from '../../../src/core/scenario.ts';

/** Tap changers of both transformers driven apart: see README.md of this folder. */
export const tapsApart: Scenario = {
  id: 'taps-apart',
  plant: 'substation',
  kind: 'attack',
  title: 'Tap changers driven apart',
  description:
    'A client sets both tap changers to manual mode and drives one up and the other one down to the ends. The voltage of the busbars hides it.',
  techniques: ['T0836', 'T1692.001', 'T0848', 'T0806'],
  physicalResult:
    'Within two and a half minutes more than 24 Mvar circulate between the transformers, and their hot spots are 18 K hotter. The voltage falls by less than 2 %.',
  difficulty: 2,
  durationS: 3600,
  steps: [
    ...[1, 2].map((transformer) => ({
      atS: 60,
      actor: 'attacker' as const,
      act: { type: 'modbus-write' as const, controller: 'rtu1', point: `T${transformer}.MODE`, value: 0 },
      text: `sets tap changer ${transformer} to manual mode`,
    })),
    ...['T1.TAPUP', 'T2.TAPDN'].map((point) => ({
      atS: 62,
      everyS: 8,
      untilS: 134,
      actor: 'attacker' as const,
      act: { type: 'modbus-write' as const, controller: 'rtu1', point, value: 1 },
      text: `sends a pulse to ${point}, every eight seconds`,
    })),
  ],
  truth: [
    {
      fromS: 60,
      toS: 3600,
      tags: ['T1.MODE', 'T2.MODE', 'T1.TAP', 'T2.TAP', 'T1.Q', 'T2.Q', 'T1.I', 'T2.I'],
      // consequences, no false alarms: reactive power, losses and heat of both transformers
      equipment: ['T1', 'T2', 'BUSA', 'BUSB', 'GRID', 'RTU1', 'CAP'],
    },
  ],
  expect: {
    finding: { equipment: ['T1', 'T2'], tags: ['T1.MODE', 'T2.MODE', 'T1.TAP', 'T2.TAP', 'T1.Q', 'T2.Q'] },
    withinS: 60,
  },
};
