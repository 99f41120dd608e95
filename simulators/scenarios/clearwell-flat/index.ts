import type { Scenario } from '../../../src/core/scenario.ts';

/** Clearwell level held flat while it fills: see README.md of this folder. */
export const clearwellFlat: Scenario = {
  id: 'clearwell-flat',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Clearwell level held flat while it fills',
  description:
    'An attacker between the level transmitter and the PLC reports a constant 2.0 m. The PLC takes in more raw water than it sends to the town, and the clearwell fills.',
  techniques: ['T1692.002', 'T0830'],
  physicalResult:
    'The true level rises by 0.1 m to 1.4 m within two hours, depending on the time of day; the display shows 2.0 m. The clearwell does not overflow in that time.',
  difficulty: 2,
  durationS: 7200,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'plant', action: { type: 'sensor-stuck', point: 'CW.LT01', value: 2 } },
      text: 'holds the clearwell level at 2.0 m',
    },
  ],
  truth: [
    {
      fromS: 60,
      toS: 7200,
      tags: ['CW.LT01'],
      // the PLC sets the intake by the false level: an alert of the intake is a consequence, no false alert
      equipment: ['CW', 'RW', 'RW.P1', 'RW.P2'],
    },
  ],
  expect: { finding: { equipment: ['CW'], tags: ['CW.LT01'] }, withinS: 300 },
};
