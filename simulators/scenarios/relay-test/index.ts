import type { Scenario } from '../../../src/core/scenario.ts';

/** Test of the relay of feeder 2: see README.md of this folder. */
export const relayTest: Scenario = {
  id: 'relay-test',
  plant: 'substation',
  kind: 'benign',
  title: 'Protection engineer tests a relay',
  description:
    'The benign twin of `relay-relaxed`: a protection engineer changes the time multiplier of feeder 2 for twenty minutes and restores it.',
  techniques: [],
  physicalResult: 'None: the time multiplier is 0.05 instead of 0.10 for twenty minutes, and the feeder keeps its supply.',
  difficulty: 1,
  durationS: 3600,
  hours: [6, 18],
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'plant', action: { type: 'act', name: 'relay-test', value: 2 } },
      text: 'tests the relay of feeder 2',
    },
  ],
  truth: [],
};
