import { For, Show } from 'solid-js';
import type { InjectAlert, InjectDetection } from '../../../../../src/alerts/report/inject-detections.ts';
import type { Api } from '../../../../api/index.ts';
import { formatAge, formatDuration } from '../../pure/format.ts';
import { routeHash, whyRoute } from '../../pure/route.ts';
import { useApp } from '../../store/app-context.ts';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** The exercise as the server returns it. */
type Exercise = NonNullable<Api['GET /api/lab/exercise']['answer']['exercise']>;

/** Steps of the scenario beside the first alert that counts for each. */
export function Injects(props: { readonly exercise: Exercise }) {
  const { clock } = useApp();
  const acknowledged = (): number => {
    const delays = props.exercise.injects.flatMap(({ alert }) =>
      alert?.acknowledgedAt === undefined ? [] : [alert.acknowledgedAt - alert.raisedAt],
    );
    return delays.reduce((a, b) => a + b, 0) / delays.length;
  };
  const end = (): number => (props.exercise.isRunning ? clock.second() : props.exercise.endsAt);
  const title = (): string => `${texts.title.injects}: ${props.exercise.scenario}`;
  return (
    <Panel title={title()} end={props.exercise.isRunning ? texts.note.running : texts.note.ended}>
      <dl class="facts exercise-facts">
        <dt>{texts.label.elapsed}</dt>
        <dd>
          {formatAge(end() - props.exercise.startedAt)}
          <Show when={props.exercise.isRunning}>
            {' '}
            {texts.note.elapsed(formatDuration(props.exercise.endsAt - props.exercise.startedAt))}
          </Show>
        </dd>
        <dt>{texts.label.meanDelay}</dt>
        <dd>{formatDuration(props.exercise.meanDelayMs ?? Number.NaN)}</dd>
        <dt>{texts.label.meanAcknowledged}</dt>
        <dd>{formatDuration(acknowledged())}</dd>
        <dt>{texts.label.otherAlerts}</dt>
        <dd>{props.exercise.falseAlerts}</dd>
      </dl>
      <Show when={props.exercise.steps > props.exercise.injects.length}>
        <p class="dim">{texts.note.firstSteps(props.exercise.injects.length, props.exercise.steps)}</p>
      </Show>
      <Table
        label={texts.title.injects}
        head={
          <>
            <th>{texts.column.time}</th>
            <th class="num">{texts.column.after}</th>
            <th>{texts.column.step}</th>
            <th>{texts.column.alert}</th>
            <th class="num">{texts.column.delay}</th>
            <th>{texts.column.asset}</th>
            <th>{texts.column.technique}</th>
            <th class="num">{texts.column.acknowledged}</th>
          </>
        }
      >
        <For each={props.exercise.injects}>{(inject) => <InjectRow inject={inject} isRunning={props.exercise.isRunning} />}</For>
      </Table>
    </Panel>
  );
}

function InjectRow(props: { readonly inject: InjectDetection; readonly isRunning: boolean }) {
  const { zone } = useApp();
  const noAlert = (): string => {
    const { isPerformed, isHostile } = props.inject;
    if (!isPerformed) return props.isRunning ? texts.note.planned : texts.note.notPerformed;
    return isHostile ? texts.note.noAlert : texts.note.noneExpected;
  };
  return (
    <tr classList={{ dim: !props.inject.isPerformed }}>
      <td>{zone().time(props.inject.time)}</td>
      <td class="num">{formatDuration(props.inject.afterMs)}</td>
      <td class="whole">{props.inject.text}</td>
      <Show
        when={props.inject.alert}
        fallback={
          <>
            <td>{noAlert()}</td>
            <td />
            <td />
            <td />
            <td />
          </>
        }
      >
        {(alert) => <AlertCells alert={alert()} />}
      </Show>
    </tr>
  );
}

function AlertCells(props: { readonly alert: InjectAlert }) {
  const right = (value: boolean | undefined): string =>
    value === undefined ? '––' : value ? texts.note.right : texts.note.wrong;
  return (
    <>
      <td class="whole">
        <a href={routeHash(whyRoute(props.alert))}>{props.alert.title}</a>
      </td>
      <td class="num">{props.alert.delayMs < 0 ? texts.note.inAlarm : formatDuration(props.alert.delayMs)}</td>
      <td>{right(props.alert.isAssetRight)}</td>
      <td>{right(props.alert.isTechniqueRight)}</td>
      <td class="num">{formatDuration((props.alert.acknowledgedAt ?? Number.NaN) - props.alert.raisedAt)}</td>
    </>
  );
}
