import { createResource, For } from 'solid-js';
import type { AchievedSpan, BudgetStatus } from '../../../../../src/core/monitor.ts';
import { formatNumber } from '../../pure/format.ts';
import { perDay, spanWords } from '../../pure/alarm-budget.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';

/** How often the monitor may call people for nothing, and how often it did: for the plant and for each operator position. */
export function AlarmBudget() {
  const { alerts } = useStation();
  const [detection, { refetch }] = createResource(
    () => alerts.open().length + 1,
    async () => await ask('GET /api/detection', {}),
  );
  return (
    <Panel
      title="Alarm budget"
      end={
        <>
          anomalies that nobody found true or expected, per day <Button onPress={() => void refetch()}>Refresh</Button>
        </>
      }
    >
      <Loaded of={detection} retry={() => void refetch()} cells={6}>
        {(known) => <Budgets budgets={known().budgets} />}
      </Loaded>
    </Panel>
  );
}

function Budgets(props: { readonly budgets: readonly BudgetStatus[] }) {
  return (
    <div class="table-room" tabindex="0" role="region" aria-label="Alarm budget">
      <table class="table">
        <thead>
          <tr>
            <th>Position</th>
            <th class="num">Promised</th>
            <For each={props.budgets[0]?.achieved ?? []}>{({ days }) => <th class="num">{spanWords(days)}</th>}</For>
            <th>What the promise rests on</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.budgets}>
            {(budget) => (
              <tr>
                <td>
                  <b>{budget.position === '' ? 'Whole plant' : budget.position}</b>
                </td>
                <td class="num">
                  {budget.promised ? '' : 'not promised, '}
                  {formatNumber(budget.budgetPerDay, 1)} a day
                </td>
                <For each={budget.achieved}>{(span) => <Achieved span={span} budgetPerDay={budget.budgetPerDay} />}</For>
                <td class="lines">{budget.text}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Achieved(props: { readonly span: AchievedSpan; readonly budgetPerDay: number }) {
  const rate = () => perDay(props.span);
  const words = (): string => {
    const { raised, unjudged, coveredDays } = props.span;
    return `${formatNumber(raised)} in ${formatNumber(coveredDays, 1)} d, ${formatNumber(unjudged)} not judged`;
  };
  const over = (): boolean => rate() > props.budgetPerDay;
  return (
    <td class="num">
      {over() ? 'over: ' : ''}
      <b>{formatNumber(rate(), 1)}</b> <span class="dim">{words()}</span>
    </td>
  );
}
