import { type GateScenario, lower } from './scenario.ts';
import { clientsScenarios } from './speed.ts';

/** What half an hour of restarts may not do to a monitor: `npm run bench:endurance`. Memory may grow otherwise on another machine, up to the bar. */
export const enduranceScenarios: readonly GateScenario[] = [
  lower('endurance/growth', 'endurance', 'endurance: growth of RSS', Number.POSITIVE_INFINITY, 10),
  lower('endurance/wrong', 'endurance', 'endurance: wrong values', 0, 0),
  lower('endurance/unaccounted', 'endurance', 'endurance: unaccounted gaps', 0, 0),
  lower('endurance/silent', 'endurance', 'endurance: silent tags, at most', 0, 0),
  lower('endurance/away', 'endurance', 'endurance: devices away at the end', 0, 0),
  lower('endurance/dropped', 'endurance', 'endurance: dropped observations', 0, 0),
];

/** What half an hour with 200 open pages may not do: `npm run bench:endurance -- --clients`. */
export const clientsEnduranceScenarios: readonly GateScenario[] = [
  ...clientsScenarios.map((scenario) => ({
    ...scenario,
    id: `endurance-${scenario.id}`,
    bench: 'endurance-clients',
  })),
  lower('endurance-clients/growth', 'endurance-clients', 'clients: growth of RSS', Number.POSITIVE_INFINITY, 10),
];
