import type { Scenario } from '../../../src/core/scenario.ts';

/** Charger of the station battery fails: see README.md of this folder. */
export const chargerFailed: Scenario = {
  id: 'charger-failed',
  plant: 'substation',
  kind: 'fault',
  title: 'Battery charger fails',
  description:
    'The charger of the station battery fails. Relays and trip coils live on the battery, which lasts four and a half hours.',
  techniques: [],
  physicalResult: 'The battery feeds 20 A. Its voltage falls from 120.5 V to 119 V within two minutes.',
  difficulty: 1,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'process',
      act: { type: 'plant', action: { type: 'act', name: 'charger-off' } },
      text: 'the battery charger fails',
    },
  ],
  truth: [{ fromS: 60, toS: 3600, tags: ['DC.U', 'DC.I', 'DC.CHG'], equipment: ['DC'] }],
  expect: { finding: { equipment: ['DC'], tags: ['DC.U', 'DC.I', 'DC.CHG'] }, withinS: 60 },
};
