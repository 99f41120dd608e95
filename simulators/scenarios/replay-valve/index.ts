import type { Scenario } from '../../../src/core/scenario.ts';

const replayed = ['PRV1.PI', 'PRV1.PO', 'PRV1.POS', 'DN.PT.L1', 'DN.PT.L4', 'DN.FT.LOW', 'DN.AT.L4'];

/** Recorded values replayed while a valve is moved: see README.md of this folder. */
export const replayValve: Scenario = {
  id: 'replay-valve',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Recorded values replayed while a valve is moved',
  description:
    'An attacker on the line to the network RTU repeats the last ten minutes of the low zone continuously, and at the same time throttles its pressure reducing valve.',
  techniques: ['T1692.002', 'T0830', 'T1692.001'],
  physicalResult: 'The pressure of the low zone falls from 40 m to 14 m within a minute; the display repeats earlier values.',
  difficulty: 3,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'plant', action: { type: 'replay', points: replayed, lengthS: 600 } },
      text: 'repeats the last ten minutes of the low zone',
    },
    {
      atS: 90,
      actor: 'attacker',
      act: { type: 'plant', action: { type: 'act', name: 'prv-close', value: 12 } },
      text: 'throttles the pressure reducing valve',
    },
  ],
  truth: [{ fromS: 60, toS: 3600, tags: replayed, equipment: ['PRV1', 'DN'] }],
  expect: { finding: { equipment: ['PRV1', 'DN'], tags: replayed }, withinS: 900 },
};
