import type { Measured } from '../../../simulators/scenarios/measured.ts';
import type { CoverageScenario } from '../../../src/core/coverage.ts';
import { table } from '../../../src/docs/table.ts';

type Play = Measured['plays'][number];

const columns = [
  'plant',
  'plays of attacks and faults',
  'detected',
  'within the expected time',
  'first asset right',
  'attacks of which a technique is named',
  'incidents per attack',
  'benign plays without an alert',
  'alerts of 24 normal hours',
];

/** Results by plant, and of all plants together. */
export function summaryTable({ plays, normalDays = [] }: Measured, scenarios: readonly CoverageScenario[]): string {
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const rowOf = (name: string, isOwn: (plant: string) => boolean): string[] => {
    const ofKind = (...kinds: readonly CoverageScenario['kind'][]): Play[] =>
      plays.filter(({ id }) => {
        const scenario = known.get(id);
        return scenario !== undefined && isOwn(scenario.plant) && kinds.includes(scenario.kind);
      });
    const [attacks, hostile, benign] = [ofKind('attack'), ofKind('attack', 'fault'), ofKind('benign')];
    const isInTime = ({ id, delayS }: Play): boolean => delayS !== null && delayS <= (known.get(id)?.withinS ?? Infinity);
    const counted = attacks.flatMap(({ incidents }) => incidents ?? []);
    const days = normalDays.filter(({ plant }) => isOwn(plant)).map(({ alerts }) => alerts);
    return [
      name,
      String(hostile.length),
      share(hostile, ({ delayS }) => delayS !== null),
      share(hostile, isInTime),
      share(hostile, ({ assetRight }) => assetRight === true),
      share(attacks, ({ named }) => named.length > 0),
      counted.length === 0 || counted.length < attacks.length ? '–' : (sum(counted) / counted.length).toFixed(2),
      share(benign, ({ falseAlerts }) => falseAlerts === 0),
      days.length === 0 ? '–' : days.join(', '),
    ];
  };
  const types = [...new Set(scenarios.map(({ plant }) => plant))];
  return table(columns, [...types.map((type) => rowOf(type, (plant) => plant === type)), rowOf('all', () => true)]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function share(plays: readonly Play[], has: (play: Play) => boolean): string {
  const count = plays.filter(has).length;
  return plays.length === 0 ? '–' : `${count} of ${plays.length} (${((100 * count) / plays.length).toFixed(0)} %)`;
}
