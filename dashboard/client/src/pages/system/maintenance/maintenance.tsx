import { createSignal, For, Show, type JSX } from 'solid-js';
import type { MaintenancePlace, MaintenanceWindow, PlannedMaintenance } from '../../../../../../src/core/maintenance.ts';
import { formatAge } from '../../../pure/format.ts';
import { act, failureText } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty, Loading, Panel } from '../../../ui/panel.tsx';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { BeginForm } from './begin-form.tsx';
import { texts } from './text.ts';

/** Parts of the plant under maintenance: their alerts are out of service, and nothing is learned from them. */
export function Maintenance() {
  const { health, zone, clock, may } = useApp();
  const [failure, setFailure] = createSignal<string>();
  const trying = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      setFailure(undefined);
      health.refresh();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const moment = (time: number): string => zone().moment(time, clock.second());
  const open = (window: MaintenanceWindow) => (
    <Row
      of={window}
      cells={
        <>
          <td>{moment(window.from)}</td>
          <td>{moment(window.to)}</td>
          <td class="num">{formatAge(window.to - clock.second())}</td>
        </>
      }
    >
      <Button onPress={() => void trying(act('POST /api/maintenance/end', { id: window.id }))}>
        {texts.button.endMaintenance}
      </Button>
    </Row>
  );
  const planned = (plan: PlannedMaintenance) => (
    <Row
      of={plan}
      cells={
        <>
          <td>{moment(plan.next)}</td>
          <td>{texts.label.repeats[plan.repeat ?? 'once']}</td>
          <td class="num">{formatAge(plan.lastsMs)}</td>
        </>
      }
    >
      <Button onPress={() => void trying(act('POST /api/maintenance/cancel', { id: plan.id }))}>{texts.button.cancel}</Button>
    </Row>
  );
  return (
    <>
      <Panel title={texts.title.maintenance} end={texts.note.maintenance}>
        <Show when={may('maintain')}>
          <BeginForm />
        </Show>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <Show when={health.health()} fallback={<Loading cells={3} retry={health.refresh} />}>
          {(known) => (
            <List
              title={texts.title.maintenance}
              empty={texts.sentence.none}
              head={[shared.column.since, texts.column.until, texts.column.left]}
              act={texts.column.end}
              rows={known().maintenance}
            >
              {open}
            </List>
          )}
        </Show>
      </Panel>
      <Panel title={texts.title.planned} end={texts.note.planned}>
        <List
          title={texts.title.planned}
          empty={texts.sentence.nonePlanned}
          head={[texts.column.next, texts.label.repeat, shared.column.duration]}
          act={texts.column.remove}
          rows={health.health()?.planned ?? []}
        >
          {planned}
        </List>
      </Panel>
    </>
  );
}

function List<One extends { readonly id: string }>(props: {
  readonly title: string;
  readonly empty: string;
  /** Texts, text, number. */
  readonly head: readonly [string, string, string];
  readonly act: string;
  readonly rows: readonly One[];
  readonly children: (row: One) => JSX.Element;
}) {
  return (
    <Show when={props.rows.length > 0} fallback={<Empty>{props.empty}</Empty>}>
      <Table
        label={props.title}
        head={
          <>
            <th>{texts.label.place}</th>
            <th>{props.head[0]}</th>
            <th>{props.head[1]}</th>
            <th class="num">{props.head[2]}</th>
            <th>{texts.column.by}</th>
            <th>{shared.column.reason}</th>
            <th>
              <span class="unseen">{props.act}</span>
            </th>
          </>
        }
      >
        <For each={props.rows}>{props.children}</For>
      </Table>
    </Show>
  );
}

function Row(props: {
  readonly of: { readonly place: MaintenancePlace; readonly by: string; readonly reason: string };
  readonly cells: JSX.Element;
  readonly children: JSX.Element;
}) {
  const { may } = useApp();
  return (
    <tr>
      <td>
        {props.of.place.kind} <b>{props.of.place.id}</b>
      </td>
      {props.cells}
      <td>{props.of.by}</td>
      <td class="wide" title={props.of.reason}>
        {props.of.reason}
      </td>
      <td>
        <Show when={may('maintain')}>{props.children}</Show>
      </td>
    </tr>
  );
}
