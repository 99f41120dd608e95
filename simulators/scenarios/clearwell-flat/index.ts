import type { Scenario } from '../../../src/core/scenario.ts';

/** Clearwell level held flat while it overfills: see README.md of this folder. */
export const clearwellFlat: Scenario = {
  id: 'clearwell-flat',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Clearwell level held flat while it overfills',
  description:
    'Somebody between the level transmitter and the PLC reports 2.0 m for ever. The PLC takes in more raw water than it sends to the town, and the clearwell fills.',
  techniques: ['T1692.002', 'T0830'],
  physicalResult:
    'The clearwell overflows one and a half to two hours later, by the time of day; the screen goes on showing 2.0 m.',
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
  truth: [{ fromS: 60, toS: 7200, tags: ['CW.LT01'], equipment: ['CW'] }],
  expect: { finding: { equipment: ['CW'], tags: ['CW.LT01'] }, withinS: 300 },
};
