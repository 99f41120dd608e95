import type { Scenario } from '../../../src/core/scenario.ts';

/** Oil temperature sensor of transformer 1 drifts: see README.md of this folder. */
export const oilSensorDrift: Scenario = {
  id: 'oil-sensor-drift',
  plant: 'substation',
  kind: 'fault',
  title: 'Oil temperature sensor drifts',
  description:
    'The oil temperature sensor of transformer 1 drifts by 12 K an hour. Load and ambient temperature of both transformers are the same.',
  techniques: [],
  physicalResult: 'None: after half an hour the display shows 5 K to 7 K more than transformer 2, whose oil is as warm.',
  difficulty: 2,
  durationS: 7200,
  steps: [
    {
      atS: 60,
      actor: 'process',
      act: { type: 'plant', action: { type: 'sensor-bias', point: 'T1.OIL', offset: 0, driftPerHour: 12 } },
      text: 'the oil temperature sensor of transformer 1 begins to drift',
    },
  ],
  truth: [{ fromS: 60, toS: 7200, tags: ['T1.OIL'], equipment: ['T1'] }],
  expect: { finding: { equipment: ['T1'], tags: ['T1.OIL'] }, withinS: 3600 },
};
