import { For, Show } from 'solid-js';
import type { ChainLink } from '../../../../../src/core/monitor.ts';
import type { PartStatus } from '../../../../../src/core/supervisor.ts';
import type { Health } from '../../../../protocol.ts';
import { formatNumber, formatShort } from '../../pure/format.ts';
import { useStation } from '../../store/station.ts';
import { Failed, Loading, Panel } from '../../ui/panel.tsx';
import { DeviceTable } from './devices.tsx';

/** The chain from collector to notifier, link by link, the devices, and what the monitor has learned. */
export function HealthPage() {
  const { health } = useStation();
  return (
    <main class="page system health">
      <Panel title="Chain" end="rate, lag, queue, losses, last error">
        <Show when={health.error()}>{(text) => <Failed text={text()} retry={health.refresh} />}</Show>
        <Show when={health.health()} fallback={<Loading cells={6} retry={health.refresh} />}>
          {(known) => <Chain links={known().chain} />}
        </Show>
      </Panel>
      <DeviceTable brief />
      <Panel title="Parts" end="state, restarts, last error">
        <Show when={health.health()} fallback={<Loading cells={4} retry={health.refresh} />}>
          {(known) => <Parts parts={known().parts} />}
        </Show>
      </Panel>
      <Panel title="Learning and load">
        <Show when={health.health()} fallback={<Loading retry={health.refresh} />}>
          {(known) => <Learning health={known()} />}
        </Show>
      </Panel>
    </main>
  );
}

function Chain(props: { readonly links: readonly ChainLink[] }) {
  const { zone, clock } = useStation();
  return (
    <div class="table-room" tabindex="0" role="region" aria-label="Chain">
      <table class="table">
        <thead>
          <tr>
            <th>Link</th>
            <th class="num">Per second</th>
            <th class="num">Lag</th>
            <th class="num">Queue, used of bound</th>
            <th class="num">Dropped</th>
            <th>When full</th>
            <th>Last error</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.links}>
            {(link) => (
              <tr>
                <td>
                  <b>{link.name}</b>
                </td>
                <td class="num">{formatShort(link.perSecond)}</td>
                <td class="num">
                  {Number.isFinite(link.lagMs) ? `${formatNumber(link.lagMs, link.lagMs < 10 ? 1 : 0)} ms` : '––'}
                </td>
                <td class="num">
                  {link.queue === undefined ? 'none' : `${formatShort(link.queue.used)} of ${formatShort(link.queue.bound)}`}
                </td>
                <td class="num">
                  <Show when={(link.queue?.dropped ?? 0) > 0} fallback="0">
                    <b>{formatNumber(link.queue?.dropped ?? 0)}</b>
                  </Show>
                </td>
                <td class="dim">{link.queue?.policy ?? ''}</td>
                <td class="wide" title={link.lastError}>
                  <Show when={link.lastError} fallback={<span class="dim">none</span>}>
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
        </tbody>
      </table>
    </div>
  );
}

const stateWords = { running: 'Running', restarting: 'Restarting', failed: 'Failed' } as const;

function Parts(props: { readonly parts: readonly PartStatus[] }) {
  const { zone, clock } = useStation();
  return (
    <div class="table-room" tabindex="0" role="region" aria-label="Parts">
      <table class="table">
        <thead>
          <tr>
            <th>Part</th>
            <th>State</th>
            <th class="num">Restarts</th>
            <th>Last error</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.parts}>
            {({ name, state, since, restarts, lastError }) => (
              <tr>
                <td>
                  <b>{name}</b>
                </td>
                <td>
                  <Show when={state !== 'running'} fallback={stateWords.running}>
                    <b>
                      {stateWords[state]} since {zone().moment(since, clock.second())}
                    </b>
                  </Show>
                </td>
                <td class="num">{formatNumber(restarts)}</td>
                <td class="wide" title={lastError}>
                  <Show when={lastError} fallback={<span class="dim">none</span>}>
                    {(text) => text()}
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Learning(props: { readonly health: Health }) {
  const { connection } = useStation();
  const state = (): string => {
    const { learning } = props.health;
    if (learning.state === 'learning') return `learning, ${Math.floor(learning.progress * 100)} %`;
    return learning.state === 'ready' ? 'baseline stands' : 'not learned';
  };
  return (
    <div class="panel-scroll" tabindex="0" role="region" aria-label="Learning and load">
      <dl class="facts ends">
        <dt>Baseline</dt>
        <dd>
          <b>{state()}</b>
        </dd>
        <dt>Alarm budget</dt>
        <dd>{formatNumber(props.health.learning.budgetPerDay, 1)} a day</dd>
      </dl>
      <p class="dim">{props.health.learning.text}</p>
      <p class="dim">{props.health.learning.promise}</p>
      <dl class="facts ends rule">
        <dt>Lag of this page</dt>
        <dd>{formatNumber(connection.lagMs())} ms</dd>
        <dt>Pages open</dt>
        <dd>{formatNumber(props.health.dashboard.connections)}</dd>
        <dt>Sessions</dt>
        <dd>{formatNumber(props.health.dashboard.sessions)}</dd>
        <dt>Value frames sent</dt>
        <dd>{formatShort(props.health.dashboard.framesSent)}</dd>
        <dt>Frames spared slow pages</dt>
        <dd>{formatShort(props.health.dashboard.framesSkipped)}</dd>
        <dt>Pages closed as too slow</dt>
        <dd>{formatNumber(props.health.dashboard.closedForSlowness)}</dd>
      </dl>
    </div>
  );
}
