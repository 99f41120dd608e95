import { createMemo, createResource, createSignal, For, Match, Show, Switch, type JSX, type Resource } from 'solid-js';
import type { Coverage, CoverageFigures, CoverageScenario } from '../../../../../src/core/coverage.ts';
import { figuresOf, isConsequence, techniqueCoverage, usedTechniques } from '../../../../../src/core/coverage.ts';
import type { Api } from '../../../../api/index.ts';
import { formatDuration, formatNumber } from '../../pure/format.ts';
import { routeHash } from '../../pure/route.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Choice } from '../../ui/button.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Table } from '../../ui/table.tsx';
import { texts } from './text.ts';

type Attack = Api['GET /api/security/attack']['answer'];

const tables = ['technique', 'scenario', 'unused'] as const;

/** Measured detection of the shipped scenarios, by technique and by scenario, of all plants or of one. */
export function CoveragePage(props: { readonly attack: Resource<Attack>; readonly retry: () => void }) {
  const [found, { refetch }] = createResource(async () => await query('GET /api/security/coverage', {}));
  return (
    <main class="page security-coverage">
      <Loaded of={found} retry={() => void refetch()} cells={8}>
        {(answer) => (
          <Show when={answer().coverage} fallback={<Empty>{texts.sentence.noMeasurement}</Empty>}>
            {(coverage) => (
              <Loaded of={props.attack} retry={props.retry} cells={8}>
                {(attack) => <Figures coverage={coverage()} attack={attack()} />}
              </Loaded>
            )}
          </Show>
        )}
      </Loaded>
    </main>
  );
}

function Figures(props: { readonly coverage: Coverage; readonly attack: Attack }) {
  const [plant, setPlant] = createSignal('');
  const [shown, setShown] = createSignal<(typeof tables)[number]>('technique');
  const plants = createMemo(() => [...new Set(props.coverage.scenarios.map((one) => one.plant))]);
  const scenarios = createMemo(() => props.coverage.scenarios.filter((one) => plant() === '' || one.plant === plant()));
  const total = () => figuresOf(props.coverage, scenarios());
  return (
    <>
      <Panel
        title={texts.title.measurement}
        end={
          <Choice
            label={texts.label.plant}
            options={[{ value: '', text: texts.label.allPlants }, ...plants().map((value) => ({ value, text: value }))]}
            value={plant()}
            onChoose={setPlant}
          />
        }
      >
        <p>
          {texts.sentence.measured(total().plays, total().wanted, props.coverage.measuredOn)}{' '}
          {texts.sentence.source(props.coverage.commit, props.coverage.code)}
        </p>
        <p class="dim">{texts.sentence.measuredHow(props.coverage.playsPerScenario, props.attack.version)}</p>
      </Panel>
      <Panel
        title={texts.title.coverageBy[shown()]}
        end={
          <Choice
            label={texts.label.shown}
            options={tables.map((value) => ({ value, text: texts.label.coverageBy[value] }))}
            value={shown()}
            onChoose={setShown}
          />
        }
      >
        <Switch>
          <Match when={shown() === 'technique'}>
            <TechniqueTable coverage={props.coverage} scenarios={scenarios()} attack={props.attack} />
          </Match>
          <Match when={shown() === 'scenario'}>
            <ScenarioTable coverage={props.coverage} scenarios={scenarios()} />
          </Match>
          <Match when={shown() === 'unused'}>
            <UnusedTable scenarios={scenarios()} attack={props.attack} />
          </Match>
        </Switch>
        <p class="dim">{props.attack.notice}</p>
      </Panel>
    </>
  );
}

const figureHeads = (named: string): JSX.Element => (
  <>
    <th class="num">{texts.column.plays}</th>
    <th class="num">{texts.column.detected}</th>
    <th class="num">{texts.column.delay}</th>
    <th class="num">{texts.column.assetRight}</th>
    <th class="num">{named}</th>
    <th class="num">{texts.column.falseAlerts}</th>
  </>
);

function TechniqueTable(props: {
  readonly coverage: Coverage;
  readonly scenarios: readonly CoverageScenario[];
  readonly attack: Attack;
}) {
  const rows = createMemo(() => techniqueCoverage(props.coverage, props.scenarios));
  const known = (id: string) => props.attack.techniques.find((technique) => technique.id === id);
  return (
    <Table
      label={texts.title.coverageBy.technique}
      head={
        <>
          <th>{texts.column.technique}</th>
          <th>{texts.column.v18}</th>
          <th>{texts.column.name}</th>
          <th>{texts.column.scenarios}</th>
          {figureHeads(texts.column.techniqueNamed)}
        </>
      }
    >
      <For each={rows()}>
        {({ id, scenarios, figures }) => (
          <tr>
            <td class="mono">{id}</td>
            <td class="mono">{known(id)?.v18 ?? texts.note.none}</td>
            <td class="whole name">{known(id)?.name}</td>
            <td class="whole scenario-list">
              <For each={scenarios}>{(scenario) => <ScenarioName of={scenario} />}</For>
            </td>
            <FigureCells of={figures} isDetectable namesTechniques />
          </tr>
        )}
      </For>
    </Table>
  );
}

function ScenarioTable(props: { readonly coverage: Coverage; readonly scenarios: readonly CoverageScenario[] }) {
  return (
    <Table
      label={texts.title.coverageBy.scenario}
      head={
        <>
          <th>{texts.column.scenario}</th>
          <th>{texts.column.plant}</th>
          <th>{texts.column.kind}</th>
          <th class="num">{texts.column.expectedWithin}</th>
          {figureHeads(texts.column.anyTechniqueNamed)}
        </>
      }
    >
      <For each={props.scenarios}>
        {(scenario) => (
          <tr>
            <td class="whole scenario-list" title={scenario.title}>
              <ScenarioName of={scenario} />
            </td>
            <td>{scenario.plant}</td>
            <td>{scenario.kind}</td>
            <td class="num">{scenario.withinS === undefined ? texts.note.none : seconds(scenario.withinS)}</td>
            <FigureCells
              of={figuresOf(props.coverage, [scenario])}
              isDetectable={scenario.kind !== 'benign'}
              namesTechniques={scenario.techniques.length > 0}
            />
          </tr>
        )}
      </For>
    </Table>
  );
}

/** Results of some plays; a benign scenario only has false alerts, a fault has no technique. */
function FigureCells(props: { readonly of: CoverageFigures; readonly isDetectable: boolean; readonly namesTechniques: boolean }) {
  const share = (count: number): string => texts.note.of(count, props.of.plays);
  const ifDetectable = (text: string): string => (props.isDetectable ? text : texts.note.none);
  return (
    <Switch>
      <Match when={props.of.plays === 0}>
        <td class="num">{texts.note.of(0, props.of.wanted)}</td>
        <td class="num dim" colspan="5">
          {texts.note.notMeasured}
        </td>
      </Match>
      <Match when={true}>
        <td class="num">{texts.note.of(props.of.plays, props.of.wanted)}</td>
        <td class="num">{ifDetectable(share(props.of.detected))}</td>
        <td class="num">{Number.isNaN(props.of.delayS) ? texts.note.none : seconds(props.of.delayS)}</td>
        <td class="num">{ifDetectable(share(props.of.assetRight))}</td>
        <td class="num">{props.namesTechniques ? share(props.of.named) : texts.note.none}</td>
        <td class="num">{formatNumber(props.of.falseAlerts)}</td>
      </Match>
    </Switch>
  );
}

/** Techniques of each tactic that no scenario uses. */
function UnusedTable(props: { readonly scenarios: readonly CoverageScenario[]; readonly attack: Attack }) {
  const used = createMemo(() => usedTechniques(props.scenarios));
  return (
    <Table
      label={texts.title.coverageBy.unused}
      head={
        <>
          <th>{texts.column.tactic}</th>
          <th>{texts.column.withScenario}</th>
          <th>{texts.column.without}</th>
        </>
      }
    >
      <For each={props.attack.tactics}>
        {({ name, shortname }) => {
          const own = () => props.attack.techniques.filter(({ tactics }) => tactics.includes(shortname));
          const missing = () => own().filter(({ id }) => !used().has(id));
          return (
            <tr>
              <td>{name}</td>
              <td>
                {own().every(isConsequence)
                  ? texts.note.consequence
                  : texts.note.of(own().length - missing().length, own().length)}
              </td>
              <td class="whole">
                {missing()
                  .map(({ id }) => id)
                  .join(', ')}
              </td>
            </tr>
          );
        }}
      </For>
    </Table>
  );
}

/** The id of a scenario, which leads to it on the page of the lab if there is a lab and the user may run it. */
function ScenarioName(props: { readonly of: CoverageScenario }) {
  const { lab, may } = useApp();
  return (
    <Show when={lab.feed() !== undefined && may('run-lab')} fallback={<span class="mono">{props.of.id}</span>}>
      <a class="mono" title={props.of.title} href={routeHash({ page: 'lab', tab: 'run', scenario: props.of.id })}>
        {props.of.id}
      </a>
    </Show>
  );
}

const seconds = (s: number): string => formatDuration(s * 1_000);
