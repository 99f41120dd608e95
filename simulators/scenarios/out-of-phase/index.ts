import type { Scenario, ScenarioStep } from '../../../src/core/scenario.ts';

/** The attacker opens and closes the breaker in turn: the angle at which it closes is a matter of chance. */
const rounds = { everyS: 30, untilS: 600 };
const write = (atS: number, controller: string, point: string, value: number, text: string): ScenarioStep => ({
  atS,
  actor: 'attacker',
  act: { type: 'modbus-write', controller, point, value },
  text,
});

/** Synchronism check defeated, and the hydro unit closed out of phase: see README.md of this folder. */
export const outOfPhase: Scenario = {
  id: 'out-of-phase',
  plant: 'substation',
  kind: 'attack',
  title: 'Hydro unit closed out of phase',
  description:
    'An attacker unloads the hydro unit, bypasses the synchronism check of its breaker, opens the breaker and closes it again, until it closes out of phase.',
  techniques: ['T0836', 'T1692.001', 'T0848'],
  physicalResult:
    'The shaft of the hydro unit is damaged within two minutes after the first opening of the breaker, and the unit stops. Without the bypass the check refuses the command.',
  difficulty: 3,
  durationS: 1800,
  steps: [
    write(60, 'plc2', 'G1.PMODE', 0, 'sets the power set-point of the hydro unit to manual'),
    write(61, 'plc2', 'G1.PSP', 1500, 'lowers the power of the hydro unit to 1.5 MW'),
    {
      atS: 70,
      actor: 'attacker',
      act: { type: 'plant', action: { type: 'act', name: 'sync-bypass', value: 1 } },
      text: 'bypasses the synchronism check of the hydro breaker',
    },
    { ...write(480, 'rtu1', 'QG1.SEL', 1, 'selects the hydro breaker, every 30 seconds'), ...rounds },
    { ...write(480, 'rtu1', 'QG1.CMD', 0, 'opens the hydro breaker, every 30 seconds'), ...rounds },
    { ...write(497, 'rtu1', 'QG1.SEL', 1, 'selects the hydro breaker, every 30 seconds'), ...rounds },
    { ...write(497, 'rtu1', 'QG1.CMD', 1, 'closes the hydro breaker without check, every 30 seconds'), ...rounds },
  ],
  truth: [
    {
      fromS: 60,
      toS: 1800,
      tags: ['G1.PMODE', 'G1.PSP', 'G1.P', 'QG1.POS'],
      // consequences, no false alarms: the grid replaces the unit, which stops
      equipment: ['G1', 'PLC2', 'RTU1', 'GRID', 'T1', 'T2', 'BUSA', 'BUSB', 'SYNC', 'CAP'],
    },
  ],
  expect: { finding: { equipment: ['G1'], tags: ['G1.PMODE', 'G1.PSP', 'G1.P', 'QG1.POS'] }, withinS: 60 },
};
