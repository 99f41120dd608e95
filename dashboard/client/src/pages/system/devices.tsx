import { For, Show } from 'solid-js';
import type { DeviceStatus } from '../../../../../src/core/monitor.ts';
import { loadOf } from '../../pure/state/device-load.ts';
import { formatAge, formatFigure, formatNumber } from '../../pure/format.ts';
import { Address } from '../../ui/address.tsx';
import { useApp } from '../../store/app-context.ts';
import { Empty, Loading, Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** All devices with their state, and the load of this monitor against their request budgets. `brief` leaves out what a narrow panel would cut. */
export function DeviceTable(props: { readonly brief?: boolean }) {
  const { health } = useApp();
  return (
    <Panel title={texts.title.devices} end={texts.note.devices}>
      <Show when={health.health()} fallback={<Loading cells={4} retry={health.refresh} />}>
        {(known) => (
          <Show when={known().devices.length > 0} fallback={<Empty>{texts.sentence.noDevices}</Empty>}>
            <Table
              label={texts.title.devices}
              head={
                <>
                  <th>{shared.column.device}</th>
                  <Show when={props.brief !== true}>
                    <th>{texts.column.kind}</th>
                    <th>{texts.column.address}</th>
                  </Show>
                  <th>{shared.column.state}</th>
                  <th class="num">{shared.column.duration}</th>
                  <Show when={props.brief !== true}>
                    <th class="num">{shared.column.tags}</th>
                    <th class="num">{texts.column.requests}</th>
                    <th class="num">{texts.column.bytes}</th>
                  </Show>
                  <th>{texts.column.budgetUsed}</th>
                  <Show when={props.brief !== true}>
                    <th class="num" title={texts.label.answerTime}>
                      {texts.column.response}
                    </th>
                    <th class="num">{texts.column.errors}</th>
                    <th class="across-only">{texts.column.identity}</th>
                  </Show>
                </>
              }
            >
              <For each={known().devices}>{(device) => <Row device={device} brief={props.brief === true} />}</For>
            </Table>
          </Show>
        )}
      </Show>
    </Panel>
  );
}

function Row(props: { readonly device: DeviceStatus; readonly brief: boolean }) {
  const { clock } = useApp();
  const health = () => props.device.health;
  const load = () => loadOf(health());
  const since = (): number => clock.second() - props.device.since;
  const identity = (): string => Object.values(props.device.identity).filter(Boolean).join(', ');
  return (
    <tr classList={{ new: props.device.state !== 'up' }}>
      <td title={props.device.address}>{props.device.name}</td>
      <Show when={!props.brief}>
        <td class="dim">{props.device.type}</td>
        <td class="mono address">
          <Address of={props.device.address} />
        </td>
      </Show>
      <td title={props.device.reason}>
        {props.device.state === 'up' ? texts.note.answering : texts.note.deviceState(props.device.state, props.device.reason)}
      </td>
      <td class="num" title={formatAge(since())}>
        {formatAge(since(), props.brief ? 1 : 2)}
      </td>
      <Show when={!props.brief}>
        <td class="num">{formatNumber(props.device.tags)}</td>
        <td class="num">{load().requestsPerSecond}</td>
        <td class="num">{load().bytesPerSecond}</td>
      </Show>
      <td>
        <span class="budget" aria-hidden="true">
          <i style={{ width: `${load().used * 100}%` }} />
        </span>{' '}
        {load().usedPercent}
        {load().eased}
      </td>
      <Show when={!props.brief}>
        <td class="num">
          {texts.note.answerTimes(
            formatFigure(health()?.latencyMs ?? Number.NaN),
            formatFigure(health()?.latencyMaxMs ?? Number.NaN),
          )}
        </td>
        <td class="num">{formatNumber(health()?.errors ?? Number.NaN)}</td>
        <td class="wide dim across-only" title={identity()}>
          {identity()}
        </td>
      </Show>
    </tr>
  );
}
