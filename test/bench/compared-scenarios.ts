import { scenariosOf } from '../../simulators/scenarios/index.ts';
import type { Scenario } from '../../src/core/scenario.ts';

/** Scenarios that came after the last measurement of these benches. With a new measurement the list becomes empty. */
const later: readonly string[] = [
  'tag-harvest',
  'tank-overfill',
  'alarms-hidden',
  'pumps-hunting',
  'gauge-toggled',
  'insider-night',
  'level-dead',
  'pressure-stuck',
  'tank-leaks',
  'filters-fouled',
  'pump-worn',
  'on-call-setpoint',
  'hydro-misled',
  'commands-blocked',
  'gate-stuck',
  'pressure-noisy',
  'fuse-blown',
];

/** The scenarios of a plant whose plays are counted in stored figures: one more would change what they are compared with. */
export const comparedScenariosOf = (plant: string): readonly Scenario[] =>
  scenariosOf(plant).filter(({ id }) => !later.includes(id));
