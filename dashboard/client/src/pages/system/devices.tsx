import { For, Show } from 'solid-js';
import type { DeviceStatus } from '../../../../../src/core/monitor.ts';
import { loadOf } from '../../pure/device-load.ts';
import { formatNumber, formatSpan } from '../../pure/format.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Loading, Panel } from '../../ui/panel.tsx';

/** Every device: whether it answers, and the load that the monitor puts on it against its budget. */
export function DeviceTable(props: { readonly brief?: boolean }) {
  const { health } = useStation();
  return (
    <Panel title="Devices" end="requests that we cause, against the budget of each device">
      <Show when={health.health()} fallback={<Loading cells={4} retry={health.refresh} />}>
        {(known) => (
          <Show
            when={known().devices.length > 0}
            fallback={
              <Empty>
                <b>No devices configured.</b> They stand under <span class="mono">devices</span> in the configuration file.
              </Empty>
            }
          >
            <div class="table-room" tabindex="0" role="region" aria-label="Devices">
              <table class="table">
                <thead>
                  <tr>
                    <th>Device</th>
                    <Show when={props.brief !== true}>
                      <th>Kind</th>
                    </Show>
                    <th>Address</th>
                    <th>State</th>
                    <th class="num">For</th>
                    <th class="num">Tags</th>
                    <th class="num">Requests/s</th>
                    <th class="num">Bytes/s</th>
                    <th>Budget used</th>
                    <th class="num" title="Median and longest time that the device took to answer">
                      Answer, longest
                    </th>
                    <th class="num">Errors</th>
                    <Show when={props.brief !== true}>
                      <th>Identity</th>
                    </Show>
                  </tr>
                </thead>
                <tbody>
                  <For each={known().devices}>{(device) => <Row device={device} brief={props.brief === true} />}</For>
                </tbody>
              </table>
            </div>
          </Show>
        )}
      </Show>
    </Panel>
  );
}

function Row(props: { readonly device: DeviceStatus; readonly brief: boolean }) {
  const { clock } = useStation();
  const health = () => props.device.health;
  const load = () => loadOf(health());
  const identity = (): string => Object.values(props.device.identity).filter(Boolean).join(', ');
  return (
    <tr classList={{ new: props.device.state !== 'up' }}>
      <td>{props.device.name}</td>
      <Show when={!props.brief}>
        <td class="dim">{props.device.type}</td>
      </Show>
      <td class="mono">{props.device.address}</td>
      <td title={props.device.reason}>
        {props.device.state === 'up' ? 'answering' : `${props.device.state}: ${props.device.reason}`}
      </td>
      <td class="num">{formatSpan(clock.second() - props.device.since)}</td>
      <td class="num">{formatNumber(props.device.tags)}</td>
      <td class="num">{load().requestsPerSecond}</td>
      <td class="num">{load().bytesPerSecond}</td>
      <td>
        <span class="budget" aria-hidden="true">
          <i style={{ width: `${load().used * 100}%` }} />
        </span>{' '}
        {load().usedPercent} %{load().eased}
      </td>
      <td class="num">
        {formatNumber(health()?.latencyMs ?? Number.NaN, 1)}, {formatNumber(health()?.latencyMaxMs ?? Number.NaN, 1)} ms
      </td>
      <td class="num">{formatNumber(health()?.errors ?? Number.NaN)}</td>
      <Show when={!props.brief}>
        <td class="wide dim" title={identity()}>
          {identity()}
        </td>
      </Show>
    </tr>
  );
}
