import type { Scenario } from '../../../src/core/scenario.ts';

/** Set-point of the tap changers raised by an unknown client: see README.md of this folder. */
export const voltageSetpoint: Scenario = {
  id: 'voltage-setpoint',
  plant: 'substation',
  kind: 'attack',
  title: 'Voltage set-point raised by an unknown client',
  description:
    'A client that is neither the control desk nor the monitor raises the voltage set-point of the leading tap changer from 20.4 to 21.9 kV. Both tap changers obey.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'The regulator makes its first step after a minute. Four minutes after the write the busbars have 21.5 kV to 21.9 kV instead of 20.4 kV.',
  difficulty: 1,
  durationS: 1800,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'T1.USP', value: 21.9 },
      text: 'writes 21.9 kV into the voltage set-point',
    },
  ],
  truth: [
    {
      fromS: 60,
      toS: 1800,
      tags: ['T1.USP', 'T1.TAP', 'T2.TAP', 'BUSA.UAB', 'BUSB.UAB'],
      // consequences, no false alarms: the voltage of the busbars, and loads that grow with it
      equipment: ['T1', 'T2', 'BUSA', 'BUSB', 'GRID', 'F1', 'F2', 'F3', 'F4', 'G1', 'RTU1', 'CAP'],
    },
  ],
  expect: { finding: { equipment: ['T1'], tags: ['T1.USP', 'T1.TAP', 'BUSA.UAB'] }, withinS: 60 },
};
