import { createMemo, createResource, For, Show } from 'solid-js';
import type { ShadowAlert, ShadowStatus } from '../../../../../src/core/monitor.ts';
import { formatNumber } from '../../pure/format.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';

/** What a changed detection would raise more and less than the live one. Nobody is told of it but here. Asked anew each minute. */
export function Shadow() {
  const { alerts, clock } = useStation();
  const minute = createMemo(() => Math.floor(clock.second() / 60_000));
  const [answer, { refetch }] = createResource(
    () => ({ open: alerts.open().length, minute: minute() }),
    async () => await ask('GET /api/shadow', {}),
  );
  return (
    <Show
      when={answer.state !== 'errored'}
      fallback={
        <Panel title={title}>
          <Loaded of={answer} retry={() => void refetch()}>
            {() => null}
          </Loaded>
        </Panel>
      }
    >
      <Show when={answer.latest?.shadow}>{(status) => <ShadowPanel status={status()} />}</Show>
    </Show>
  );
}

const title = 'Shadow: a changed detection that alerts nobody';

function ShadowPanel(props: { readonly status: ShadowStatus }) {
  const { zone, clock } = useStation();
  const cost = (): string => {
    const { coreShare, lost } = props.status;
    return `${formatNumber(100 * coreShare, 1)} % of a core; ${lost} observations that it had no time for`;
  };
  return (
    <Panel title={title} end={props.status.state === 'running' ? cost() : ''}>
      <p>{props.status.changes.length === 0 ? 'It changes nothing.' : props.status.changes.join('; ')}</p>
      <p>{props.status.text}</p>
      <Show when={props.status.state === 'running'}>
        <p>
          Since {zone().moment(props.status.since, clock.second())}, two days at most: {props.status.live} alerts by the live
          detection, {props.status.shadow} by the shadow. To switch it on, put its settings in the place of the plant's in the
          configuration and start again.
        </p>
        <div class="table-room" tabindex="0" role="region" aria-label="How the two differ">
          <Differences title="Only the shadow would have raised" alerts={props.status.more} />
          <Differences title="Only the live detection has raised" alerts={props.status.less} />
        </div>
      </Show>
    </Panel>
  );
}

function Differences(props: { readonly title: string; readonly alerts: readonly ShadowAlert[] }) {
  const { zone, clock } = useStation();
  return (
    <section>
      <h3>{props.title}</h3>
      <Show when={props.alerts.length > 0} fallback={<Empty>Nothing.</Empty>}>
        <table class="table">
          <thead>
            <tr>
              <th>Since</th>
              <th>Where</th>
              <th>What</th>
              <th>Detector</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.alerts.toReversed()}>
              {({ since, device, equipment, area, explanation, detector }) => (
                <tr>
                  <td>{zone().moment(since, clock.second())}</td>
                  <td class="mono">{device ?? (equipment || area)}</td>
                  <td class="wide" title={explanation.sentence}>
                    {explanation.sentence}
                  </td>
                  <td>{detector}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
