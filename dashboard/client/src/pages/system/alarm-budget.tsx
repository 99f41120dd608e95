import { For } from 'solid-js';
import type { AchievedSpan, BudgetStatus } from '../../../../../src/core/monitor.ts';
import { achievedWords, spanWords } from '../../pure/alarm-budget.ts';
import { formatNumber } from '../../pure/format.ts';

/** How often the monitor may call people for nothing, and how often it did: for the plant and for each operator position. */
export function AlarmBudget(props: { readonly budgets: readonly BudgetStatus[] }) {
  return (
    <div class="table-room" tabindex="0" role="region" aria-label="Alarm budget">
      <table class="table">
        <thead>
          <tr>
            <th>Position</th>
            <th class="num">Budget</th>
            <For each={props.budgets[0]?.achieved ?? []}>{({ days }) => <th class="num">{spanWords(days)}</th>}</For>
            <th>Promise</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.budgets}>
            {(budget) => (
              <tr>
                <td>
                  <b>{budget.position === '' ? 'Whole plant' : budget.position}</b>
                </td>
                <td class="num">{formatNumber(budget.budgetPerDay, 1)}</td>
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
  const said = () => achievedWords(props.span, props.budgetPerDay);
  return (
    <td class="num">
      {said().over ? 'over: ' : ''}
      <b>{said().rate}</b> <span class="dim">{said().words}</span>
    </td>
  );
}
