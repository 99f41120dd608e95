import type { Scenario } from '../../../src/core/scenario.ts';

/** Calibration of the chlorine analyser; see README.md of this folder. */
export const analyserCalibration: Scenario = {
  id: 'analyser-calibration',
  plant: 'waterworks',
  kind: 'benign',
  title: 'Chlorine analyser is calibrated',
  description:
    'The benign twin of a frozen signal: a technician holds the contact analyser for ten minutes and puts it right by a small step.',
  techniques: [],
  physicalResult: 'None: the display holds its value for ten minutes.',
  difficulty: 1,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'plant', action: { type: 'act', name: 'analyser-calibration', value: 0.03 } },
      text: 'calibrates the contact chlorine analyser',
    },
  ],
  truth: [],
};
