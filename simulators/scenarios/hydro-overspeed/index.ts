import type { Scenario } from '../../../src/core/scenario.ts';

/** Hydro unit driven to full load, then disconnected: see README.md of this folder. */
export const hydroOverspeed: Scenario = {
  id: 'hydro-overspeed',
  plant: 'substation',
  kind: 'attack',
  title: 'Hydro unit driven to full load and disconnected',
  description:
    'A client switches the power set-point of the hydro unit to manual, raises it to full load, and opens the breaker seven minutes later.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'Within seven minutes the unit delivers 6.8 MW. Ten seconds after its breaker has opened, it has passed 130 % of its speed and tripped; its power is lost.',
  difficulty: 2,
  durationS: 1800,
  steps: [
    {
      atS: 60,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'plc2', point: 'G1.PMODE', value: 0 },
      text: 'sets the power set-point of the hydro unit to manual',
    },
    {
      atS: 61,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'plc2', point: 'G1.PSP', value: 6800 },
      text: 'raises the power set-point of the hydro unit to 6.8 MW',
    },
    {
      atS: 480,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QG1.SEL', value: 1 },
      text: 'selects the hydro breaker',
    },
    {
      atS: 480,
      actor: 'attacker',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QG1.CMD', value: 0 },
      text: 'opens the hydro breaker at full load',
    },
  ],
  truth: [
    {
      fromS: 60,
      toS: 1800,
      tags: ['G1.PMODE', 'G1.PSP', 'G1.P', 'G1.N', 'QG1.POS'],
      // consequences, no false alarms: the grid delivers less, then more; the unit stops
      equipment: ['G1', 'PLC2', 'RTU1', 'GRID', 'T1', 'T2', 'BUSA', 'BUSB', 'SYNC', 'CAP'],
    },
  ],
  expect: { finding: { equipment: ['G1'], tags: ['G1.PMODE', 'G1.PSP', 'G1.P'] }, withinS: 60 },
};
