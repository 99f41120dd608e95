import { createMemo, createResource, For, Show } from 'solid-js';
import type { ShadowAlert, ShadowStatus } from '../../../../../src/core/monitor.ts';
import { formatNumber } from '../../pure/format.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Panel } from '../../ui/panel.tsx';

/** What a changed detection would raise more and less than the live one. Nobody is told of it but here. Asked anew each minute. */
export function Shadow() {
  const { alerts, clock } = useStation();
  const minute = createMemo(() => Math.floor(clock.second() / 60_000));
  const [answer] = createResource(
    () => ({ open: alerts.open().length, minute: minute() }),
    async () => await ask('GET /api/shadow', {}),
  );
  const shadow = (): ShadowStatus | undefined => (answer.state === 'errored' ? undefined : answer.latest?.shadow);
  return <Show when={shadow()}>{(status) => <ShadowPanel status={status()} />}</Show>;
}

function ShadowPanel(props: { readonly status: ShadowStatus }) {
  const { zone, clock } = useStation();
  const cost = (): string => {
    const { coreShare, lost } = props.status;
    return `${formatNumber(100 * coreShare, 1)} % of a core; ${lost} observations that it had no time for`;
  };
  return (
    <Panel title="Shadow: a changed detection that alerts nobody" end={props.status.state === 'running' ? cost() : ''}>
      <p>{props.status.changes.length === 0 ? 'It changes nothing.' : props.status.changes.join('; ')}</p>
      <p>{props.status.text}</p>
      <Show when={props.status.state === 'running'}>
        <p>
          Since {zone().moment(props.status.since, clock.second())}, two days at most: {props.status.live} alerts by the live
          detection, {props.status.shadow} by the shadow. To switch it on, put its settings in the place of the plant's in the
          configuration and start again.
        </p>
        <Differences title="Only the shadow would have raised" alerts={props.status.more} />
        <Differences title="Only the live detection has raised" alerts={props.status.less} />
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
        <div class="table-room" tabindex="0" role="region" aria-label={props.title}>
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
                    <td class="wide">{explanation.sentence}</td>
                    <td>{detector}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </section>
  );
}
