import type { Scenario } from '../../../src/core/scenario.ts';

/** Load taken over from a neighbour station for 40 minutes: see README.md of this folder. */
export const loadTransfer: Scenario = {
  id: 'load-transfer',
  plant: 'substation',
  kind: 'benign',
  title: 'Load taken over from a neighbour station',
  description:
    'The neighbour station moves 1.5 MW of load to this one for its own maintenance, and takes it back after 40 minutes.',
  techniques: [],
  physicalResult: 'The load is 1.2 MW to 1.8 MW higher for 40 minutes. The voltage of the busbars stays within 2 % of 20.4 kV.',
  difficulty: 1,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'plant', action: { type: 'act', name: 'load-step', value: 1.5 } },
      text: 'takes over 1.5 MW from the neighbour station',
    },
    {
      atS: 2460,
      actor: 'operator',
      act: { type: 'plant', action: { type: 'act', name: 'load-step', value: 0 } },
      text: 'gives the load back',
    },
  ],
  truth: [],
};
