import type { Scenario } from '../../../src/core/scenario.ts';

/** Monthly test of the diesel set: see README.md of this folder. */
export const dieselTest: Scenario = {
  id: 'diesel-test',
  plant: 'substation',
  kind: 'benign',
  title: 'Diesel set is tested in parallel with the grid',
  description: 'The operators start the diesel set, which runs in parallel with the grid at 1.5 MW for half an hour.',
  techniques: [],
  physicalResult: 'The diesel set delivers 1.5 MW within ten minutes.',
  difficulty: 1,
  durationS: 3600,
  hours: [6, 18],
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'plant', action: { type: 'act', name: 'diesel-test', value: 1500 } },
      text: 'tests the diesel set at 1.5 MW',
    },
  ],
  truth: [],
};
