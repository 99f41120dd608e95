import { For, Show } from 'solid-js';
import type { FollowingStatus } from '../../../../../src/core/monitor.ts';
import { formatPercent } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Thresholds that slow change has raised since the calibration, and the limits of that. */
export function Following(props: { readonly status: FollowingStatus }) {
  const { zone, clock, health } = useApp();
  const isCalibrated = (): boolean => (health.health()?.learning.state ?? 'ready') === 'ready';
  const limits = (): string => texts.note.following(formatPercent(props.status.mostPerDay), formatPercent(props.status.most));
  return (
    <Panel title={texts.title.following} end={limits()}>
      <Show
        when={props.status.thresholds.length > 0}
        fallback={<Empty>{isCalibrated() ? texts.sentence.noFollowing : texts.sentence.noThresholds}</Empty>}
      >
        <Table
          label={texts.title.following}
          head={
            <>
              <th>{shared.column.detector}</th>
              <th>{texts.column.channel}</th>
              <th class="num">{texts.column.raisedBy}</th>
              <th>{shared.column.since}</th>
            </>
          }
        >
          <For each={props.status.thresholds.toSorted((a, b) => b.by - a.by)}>
            {({ detector, channel, by, since }) => (
              <tr>
                <td>{detector}</td>
                <td class="mono">{channel}</td>
                <td class="num">{formatPercent(by)}</td>
                <td class="wide">{zone().moment(since, clock.second())}</td>
              </tr>
            )}
          </For>
        </Table>
      </Show>
    </Panel>
  );
}
