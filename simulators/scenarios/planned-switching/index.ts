import type { Scenario } from '../../../src/core/scenario.ts';

/** Planned switching of feeder 3 by the operator station: see README.md of this folder. */
export const plannedSwitching: Scenario = {
  id: 'planned-switching',
  plant: 'substation',
  kind: 'benign',
  title: 'Feeder switched off and on by an order',
  description:
    'The benign twin of an opened breaker: the operator station opens feeder 3 by an order, and closes it a quarter of an hour later.',
  techniques: [],
  physicalResult: 'Feeder 3 is without supply for a quarter of an hour, as its customers were told.',
  difficulty: 1,
  durationS: 3600,
  hours: [6, 18],
  steps: [
    {
      atS: 60,
      actor: 'operator',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF3.SEL', value: 1 },
      text: 'selects the breaker of feeder 3',
    },
    {
      atS: 61,
      actor: 'operator',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF3.CMD', value: 0 },
      text: 'opens feeder 3 by an order',
    },
    {
      atS: 960,
      actor: 'operator',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF3.SEL', value: 1 },
      text: 'selects the breaker of feeder 3',
    },
    {
      atS: 961,
      actor: 'operator',
      act: { type: 'modbus-write', controller: 'rtu1', point: 'QF3.CMD', value: 1 },
      text: 'closes feeder 3',
    },
  ],
  truth: [],
};
