import { For, Show } from 'solid-js';
import type { ChainLink } from '../../../../../src/core/monitor.ts';
import type { PartStatus } from '../../../../../src/core/supervisor.ts';
import type { Health } from '../../../../api/index.ts';
import { formatFigure, formatNumber } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { Failed, Loading, Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { DeviceTable } from './devices.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Health of the monitor: processing chain from collector to notifier, devices, components, learning. */
export function HealthPage() {
  const { health } = useApp();
  return (
    <main class="page system health">
      <Panel title={texts.title.chain} end={texts.note.chain}>
        <Show when={health.error()}>{(text) => <Failed text={text()} retry={health.refresh} />}</Show>
        <Show when={health.health()} fallback={<Loading cells={6} retry={health.refresh} />}>
          {(known) => <Chain links={known().chain} />}
        </Show>
      </Panel>
      <DeviceTable brief />
      <Panel title={texts.title.components} end={texts.note.components}>
        <Show when={health.health()} fallback={<Loading cells={4} retry={health.refresh} />}>
          {(known) => <Components parts={known().parts} />}
        </Show>
      </Panel>
      <Panel title={texts.title.learning}>
        <Show when={health.health()} fallback={<Loading retry={health.refresh} />}>
          {(known) => <Learning health={known()} />}
        </Show>
      </Panel>
    </main>
  );
}

/** Used and limit of a queue with their unit. */
const sizesOf = ({ unit, used, bound }: NonNullable<ChainLink['queue']>): [string, string] =>
  unit === 'bytes'
    ? [formatFigure(used / 1e6), texts.note.megabytes(formatFigure(bound / 1e6))]
    : [formatNumber(used), formatNumber(bound)];

/** No clock of a server is exact to less. */
const leastLagMs = 0.1;
const lagText = (ms: number): string =>
  ms < leastLagMs ? texts.note.below(texts.note.milliseconds(`${leastLagMs}`)) : texts.note.milliseconds(formatFigure(ms));

function Chain(props: { readonly links: readonly ChainLink[] }) {
  const { zone, clock } = useApp();
  return (
    <Table
      label={texts.title.chain}
      head={
        <>
          <th>{texts.column.stage}</th>
          <th class="num">{texts.column.perSecond}</th>
          <th class="num">{texts.column.lag}</th>
          <th class="num">{texts.column.queue}</th>
          <th class="num">{texts.column.dropped}</th>
          <th>{texts.column.whenFull}</th>
          <th>{shared.column.lastError}</th>
        </>
      }
    >
      <For each={props.links}>
        {(link) => (
          <tr>
            <td>
              <b>{link.name}</b>
            </td>
            <td class="num">{formatFigure(link.perSecond)}</td>
            <td class="num">{Number.isFinite(link.lagMs) ? lagText(link.lagMs) : '––'}</td>
            <td class="num">{link.queue === undefined ? texts.note.nothing : texts.note.ofLimit(...sizesOf(link.queue))}</td>
            <td class="num">
              <Show when={(link.queue?.dropped ?? 0) > 0} fallback="0">
                <b>{formatNumber(link.queue?.dropped ?? 0)}</b>
              </Show>
            </td>
            <td class="dim">{link.queue === undefined ? '' : texts.note.policies[link.queue.policy]}</td>
            <td class="wide" title={link.lastError}>
              <Show when={link.lastError} fallback={<span class="dim">{texts.note.nothing}</span>}>
                {(text) => (
                  <>
                    <Show when={Number.isFinite(link.lastErrorAt)}>{zone().moment(link.lastErrorAt, clock.second())} </Show>
                    {text()}
                  </>
                )}
              </Show>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}

function Components(props: { readonly parts: readonly PartStatus[] }) {
  const { zone, clock } = useApp();
  return (
    <Table
      label={texts.title.components}
      head={
        <>
          <th>{texts.column.component}</th>
          <th>{shared.column.state}</th>
          <th class="num">{texts.column.restarts}</th>
          <th>{shared.column.lastError}</th>
        </>
      }
    >
      <For each={props.parts}>
        {({ name, state, since, restarts, lastError }) => (
          <tr>
            <td>
              <b>{name}</b>
            </td>
            <td>
              <Show when={state !== 'running'} fallback={texts.label.componentState.running}>
                <b>{texts.label.componentSince(texts.label.componentState[state], zone().moment(since, clock.second()))}</b>
              </Show>
            </td>
            <td class="num">{formatNumber(restarts)}</td>
            <td class="wide" title={lastError}>
              <Show when={lastError} fallback={<span class="dim">{texts.note.nothing}</span>}>
                {(text) => text()}
              </Show>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}

function Learning(props: { readonly health: Health }) {
  const { connection } = useApp();
  const state = (): string => {
    const { learning } = props.health;
    if (learning.state === 'learning') return texts.note.learning(Math.floor(learning.progress * 100));
    return learning.state === 'ready' ? texts.note.learned : texts.note.notLearned;
  };
  return (
    <div class="panel-scroll" tabindex="0" role="region" aria-label={texts.title.learning}>
      <dl class="facts ends">
        <dt>{texts.label.baseline}</dt>
        <dd>
          <b>{state()}</b>
        </dd>
        <dt>{texts.label.budget}</dt>
        <dd>{texts.note.perDay(formatFigure(props.health.learning.budgetPerDay))}</dd>
      </dl>
      <p class="dim">{props.health.learning.text}</p>
      <p class="dim">{props.health.learning.promise}</p>
      <dl class="facts ends rule">
        <dt>{texts.label.pageLag}</dt>
        <dd>{texts.note.milliseconds(formatNumber(connection.lagMs()))}</dd>
        <dt>{texts.label.openPages}</dt>
        <dd>{formatNumber(props.health.dashboard.connections)}</dd>
        <dt>{texts.label.sessions}</dt>
        <dd>{formatNumber(props.health.dashboard.sessions)}</dd>
        <dt>{texts.label.framesSent}</dt>
        <dd>{formatNumber(props.health.dashboard.framesSent)}</dd>
        <dt>{texts.label.framesSkipped}</dt>
        <dd>{formatNumber(props.health.dashboard.framesSkipped)}</dd>
        <dt>{texts.label.pagesClosed}</dt>
        <dd>{formatNumber(props.health.dashboard.closedForSlowness)}</dd>
      </dl>
    </div>
  );
}
