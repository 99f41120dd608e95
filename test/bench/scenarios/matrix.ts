import { attackMatrix, techniqueById } from '../../../src/core/attack.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { table } from '../../../src/docs/table.ts';
import { median } from '../row.ts';
import type { PlayOutcome } from '../incidents/play-outcome.ts';

/** Seeds of the plants on which each scenario is played, at the speed of the machine's clock. */
export const playedSeeds = [1, 2, 3];
export const playedSpeed = 1;

/** Results of the bench as they are stored beside it. */
export interface Measured {
  /** Hash of the code that was measured. */
  readonly code: string;
  readonly plays: readonly PlayOutcome[];
}

const notMeasured = 'not measured';

/** The coverage page. A row of which no play was measured says so. */
export function coveragePage({ code, plays }: Measured, scenarios: readonly Scenario[]): string {
  const wanted = scenarios.length * playedSeeds.length;
  return `# ATT&CK coverage

Written by \`npm run bench:scenarios\`; do not edit it. The bench plays each shipped scenario ${playedSeeds.length} times, with another random
seed of the plant and at another hour, at 1× and with the default alarm budget. The monitor uses the shipped baseline and alarm records.

Measured: ${plays.length} of ${wanted} plays, with the source of hash \`${code}\`. Technique ids are those of ATT&CK for ICS ${attackMatrix.version}.

- **Detected**: plays with an alert that matches the ground truth.
- **Delay**: whole seconds of plant time from the first hostile step to the first such alert, the median of the detected plays.
- **First asset right**: the first such alert is about equipment, a tag or a controller that was attacked, not about a consequence.
- **Technique named**: plays in which such an alert names the technique, or its parent.
- **False alerts**: alerts without a cause in the scenario, in all plays together.

## Techniques

A scenario that uses several techniques counts in the row of each.

${techniqueTable(plays, scenarios)}

## Scenarios

${scenarioTable(plays, scenarios)}

## Techniques without a scenario

A technique counts as used if a scenario uses it or one of its sub-techniques.

${missingTable(scenarios)}

${attackMatrix.notice}
`;
}

function techniqueTable(plays: readonly PlayOutcome[], scenarios: readonly Scenario[]): string {
  const ids = [...new Set(scenarios.flatMap(({ techniques }) => techniques))].toSorted();
  return table(
    [
      'technique',
      'v18',
      'name',
      'scenarios',
      'plays',
      'detected',
      'delay',
      'first asset right',
      'technique named',
      'false alerts',
    ],
    ids.map((id) => {
      const using = scenarios.filter(({ techniques }) => techniques.includes(id));
      const technique = techniqueById(id);
      const names = using.map((scenario) => link(scenario)).join(', ');
      const own = plays.filter((play) => using.some((scenario) => scenario.id === play.id));
      return [
        id,
        technique?.v18 ?? '–',
        technique?.name ?? '',
        names,
        ...figures(own, using.length, (play) => play.named.includes(id)),
      ];
    }),
  );
}

function scenarioTable(plays: readonly PlayOutcome[], scenarios: readonly Scenario[]): string {
  return table(
    [
      'scenario',
      'plant',
      'kind',
      'expected within',
      'plays',
      'detected',
      'delay',
      'first asset right',
      'a technique named',
      'false alerts',
    ],
    scenarios.map((scenario) => {
      const own = plays.filter(({ id }) => id === scenario.id);
      const [count = '', ...rest] = figures(own, 1, (play) => play.named.length > 0);
      const measured = own.length === 0 || scenario.kind !== 'benign' ? rest : ['–', '–', '–', '–', rest.at(-1) ?? ''];
      const cells = scenario.techniques.length === 0 ? measured.with(3, '–') : measured;
      const expected = scenario.expect === undefined ? '–' : `${scenario.expect.withinS} s`;
      return [link(scenario), scenario.plant, scenario.kind, expected, count, ...cells];
    }),
  );
}

/** Plays, detected, delay, first asset right, technique named, false alerts. */
function figures(plays: readonly PlayOutcome[], scenarios: number, isNamed: (play: PlayOutcome) => boolean): string[] {
  const wanted = scenarios * playedSeeds.length;
  if (plays.length === 0) return [`0 of ${wanted}`, ...Array.from({ length: 5 }, () => notMeasured)];
  const delays = plays.flatMap(({ delayS }) => (delayS === null ? [] : [delayS]));
  const share = (count: number): string => `${count} of ${plays.length}`;
  return [
    share(plays.length).replace(/\d+$/, String(wanted)),
    share(delays.length),
    delays.length === 0 ? '–' : `${median(delays)} s`,
    share(plays.filter(({ assetRight }) => assetRight === true).length),
    share(plays.filter(isNamed).length),
    String(plays.reduce((sum, { falseAlerts }) => sum + falseAlerts, 0)),
  ];
}

/** Techniques of each tactic that no scenario uses. Those whose sub-technique is used count as used. */
function missingTable(scenarios: readonly Scenario[]): string {
  const used = new Set(scenarios.flatMap(({ techniques }) => techniques.flatMap((id) => [id, id.split('.')[0] ?? id])));
  return table(
    ['tactic', 'with a scenario', 'without'],
    attackMatrix.tactics.map(({ name, shortname }) => {
      const own = attackMatrix.techniques.filter(({ tactics }) => tactics.includes(shortname));
      const missing = own.filter(({ id }) => !used.has(id));
      return [name, `${own.length - missing.length} of ${own.length}`, missing.map(({ id }) => id).join(', ')];
    }),
  );
}

const link = ({ id }: Scenario): string => `[\`${id}\`](../simulators/scenarios/${id}/README.md)`;
