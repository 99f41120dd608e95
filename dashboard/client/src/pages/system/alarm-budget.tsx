import { For } from 'solid-js';
import type { AchievedSpan, BudgetStatus } from '../../../../../src/core/monitor.ts';
import { achievedWords } from '../../pure/alerts/alarm-budget.ts';
import { formatFigure } from '../../pure/format.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';
import { Table } from '../../ui/table.tsx';

/** Alarm budget and achieved rates of the plant and of each operator position. */
export function AlarmBudget(props: { readonly budgets: readonly BudgetStatus[] }) {
  return (
    <Table
      label={texts.title.budget}
      head={
        <>
          <th>{texts.column.position}</th>
          <th class="num">{texts.column.budget}</th>
          <For each={props.budgets[0]?.achieved ?? []}>{({ days }) => <th class="num">{shared.label.lastDays(days)}</th>}</For>
          <th>{texts.column.promise}</th>
        </>
      }
    >
      <For each={props.budgets}>
        {(budget) => (
          <tr>
            <td>
              <b>{budget.position === '' ? texts.label.wholePlant : budget.position}</b>
            </td>
            <td class="num">{formatFigure(budget.budgetPerDay)}</td>
            <For each={budget.achieved}>{(span) => <Achieved span={span} budgetPerDay={budget.budgetPerDay} />}</For>
            <td class="lines">{budget.text}</td>
          </tr>
        )}
      </For>
    </Table>
  );
}

function Achieved(props: { readonly span: AchievedSpan; readonly budgetPerDay: number }) {
  const achieved = () => achievedWords(props.span, props.budgetPerDay);
  return (
    <td class="num lines">
      {achieved().over ? `${texts.note.over} ` : ''}
      <b>{achieved().rate}</b> <span class="dim">{achieved().words}</span>
    </td>
  );
}
