import type { Scenario } from '../../../src/core/scenario.ts';

/** Chlorine set-point lowered by an unknown client: see README.md of this folder. */
export const chlorineSetpoint: Scenario = {
  id: 'chlorine-setpoint',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Chlorine set-point lowered by an unknown client',
  description:
    'A client that is neither the control desk nor the monitor writes 0.3 mg/L into the chlorine set-point of the process PLC. The controller obeys and doses less and less.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'Chlorine at the contact outlet falls from 1.0 mg/L to 0.5–0.7 mg/L in half an hour and below 0.45 mg/L in an hour.',
  difficulty: 1,
  durationS: 3600,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'plc1', point: 'CL.SP', value: 0.3 },
      text: 'writes 0.3 mg/L into the chlorine set-point',
    },
  ],
  truth: [{ fromS: 60, toS: 3600, tags: ['CL.SP', 'CL.OP', 'CL.AT01'], equipment: ['CL'] }],
  expect: { finding: { equipment: ['CL'], tags: ['CL.SP', 'CL.OP', 'CL.AT01'] }, withinS: 60 },
};
