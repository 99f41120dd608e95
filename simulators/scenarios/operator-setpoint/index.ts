import type { Scenario } from '../../../src/core/scenario.ts';

/** Operator raises the chlorine set-point: see README.md of this folder. */
export const operatorSetpoint: Scenario = {
  id: 'operator-setpoint',
  plant: 'waterworks',
  kind: 'benign',
  title: 'Operator raises the chlorine set-point',
  description:
    'The benign twin of `chlorine-setpoint`: the control desk changes the set-point from 1.0 to 1.1 mg/L, as operators do now and then.',
  techniques: [],
  physicalResult: 'Chlorine at the contact outlet rises from 1.0 mg/L to 1.05–1.15 mg/L within the hour.',
  difficulty: 1,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'modbus-write', controller: 'plc1', point: 'CL.SP', value: 1.1 },
      text: 'raises the chlorine set-point to 1.1 mg/L',
    },
  ],
  truth: [],
};
