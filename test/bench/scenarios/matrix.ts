import { attackMatrix, techniqueById } from '../../../src/core/attack.ts';
import {
  type Coverage,
  type CoverageFigures,
  type CoverageScenario,
  figuresOf,
  isConsequence,
  techniqueCoverage,
  usedTechniques,
} from '../../../src/core/coverage.ts';
import { coverageOf, type Measured } from '../../../simulators/scenarios/measured.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { table } from '../../../src/docs/table.ts';
import { summaryTable } from './summary.ts';

const notMeasured = 'not measured';

/** The coverage page. A row of which no play was measured says so. */
export function coveragePage(measured: Measured, all: readonly Scenario[]): string {
  const coverage = coverageOf(measured, all);
  const { code, commit, measuredOn, plays, scenarios, playsPerScenario } = coverage;
  const source = commit === undefined ? `the source of hash \`${code}\`` : `commit \`${commit}\`, source hash \`${code}\``;
  return `# ATT&CK coverage

Written by \`npm run bench:scenarios\`; do not edit it. The bench plays each shipped scenario ${playsPerScenario} times, with another random
seed of the plant and at another hour, at 1× and with the default alarm budget. The monitor uses the shipped baseline and alarm records.
The page *Security*, *Coverage* of the dashboard shows the same figures, by plant.

Measured: ${plays.length} of ${scenarios.length * playsPerScenario} plays, last on ${measuredOn}, with ${source}. Technique ids are those of ATT&CK for ICS ${attackMatrix.version}.

- **Detected**: plays with an alert that matches the ground truth.
- **Delay**: whole seconds of plant time from the first hostile step to the first such alert, the median of the detected plays.
- **First asset right**: the first such alert is about equipment, a tag or a controller that was attacked, not about a consequence.
- **Technique named**: plays in which such an alert names the technique, or its parent.
- **False alerts**: alerts without a cause in the scenario, in all plays together.

## Plants

**Incidents per attack** are those of alerts that match the ground truth. A **normal day** has ordinary operation alone; the default alarm budget is
2.4 a day. One number for each of the ${playsPerScenario} seeds.

${summaryTable(measured, coverage.scenarios)}

## Techniques

A scenario that uses several techniques counts in the row of each.

${techniqueTable(coverage)}

## Scenarios

${scenarioTable(coverage)}

## Techniques without a scenario

A technique counts as used if a scenario uses it or one of its sub-techniques. Techniques of the tactic Impact have no scenario of their own:
an alert names one only as a possible consequence.

${missingTable(coverage)}

${attackMatrix.notice}
`;
}

function techniqueTable(coverage: Coverage): string {
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
    techniqueCoverage(coverage, coverage.scenarios).map(({ id, scenarios, figures }) => {
      const technique = techniqueById(id);
      return [id, technique?.v18 ?? '–', technique?.name ?? '', scenarios.map(link).join(', '), ...cellsOf(figures)];
    }),
  );
}

function scenarioTable(coverage: Coverage): string {
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
    coverage.scenarios.map((scenario) => {
      const figures = figuresOf(coverage, [scenario]);
      const [count = '', ...rest] = cellsOf(figures);
      const measured = figures.plays === 0 || scenario.kind !== 'benign' ? rest : ['–', '–', '–', '–', rest.at(-1) ?? ''];
      const cells = scenario.techniques.length === 0 ? measured.with(3, '–') : measured;
      const expected = scenario.withinS === undefined ? '–' : `${scenario.withinS} s`;
      return [link(scenario), scenario.plant, scenario.kind, expected, count, ...cells];
    }),
  );
}

/** Plays, detected, delay, first asset right, technique named, false alerts. */
function cellsOf({ wanted, plays, detected, delayS, assetRight, named, falseAlerts }: CoverageFigures): string[] {
  if (plays === 0) return [`0 of ${wanted}`, ...Array.from({ length: 5 }, () => notMeasured)];
  const share = (count: number): string => `${count} of ${plays}`;
  return [
    `${plays} of ${wanted}`,
    share(detected),
    detected === 0 ? '–' : `${delayS} s`,
    share(assetRight),
    share(named),
    String(falseAlerts),
  ];
}

/** Techniques of each tactic that no scenario uses. Those whose sub-technique is used count as used. */
function missingTable({ scenarios }: Coverage): string {
  const used = usedTechniques(scenarios);
  return table(
    ['tactic', 'with a scenario', 'without'],
    attackMatrix.tactics.map(({ name, shortname }) => {
      const own = attackMatrix.techniques.filter(({ tactics }) => tactics.includes(shortname));
      const missing = own.filter(({ id }) => !used.has(id));
      const count = own.every(isConsequence) ? 'possible consequence only' : `${own.length - missing.length} of ${own.length}`;
      return [name, count, missing.map(({ id }) => id).join(', ')];
    }),
  );
}

const link = ({ id }: CoverageScenario): string => `[\`${id}\`](../simulators/scenarios/${id}/README.md)`;
