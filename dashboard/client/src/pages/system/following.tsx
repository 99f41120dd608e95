import { For, Show } from 'solid-js';
import type { FollowingStatus } from '../../../../../src/core/monitor.ts';
import { formatPercent } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Thresholds that slow change has raised since the calibration, and the limits of that. */
export function Following(props: { readonly status: FollowingStatus }) {
  const { zone, clock } = useApp();
  const limits = (): string => texts.note.following(formatPercent(props.status.mostPerDay), formatPercent(props.status.most));
  return (
    <Panel title={texts.title.following} end={limits()}>
      <Show when={props.status.thresholds.length > 0} fallback={<Empty>{texts.sentence.noFollowing}</Empty>}>
        <div class="table-scroll" tabindex="0" role="region" aria-label={texts.title.following}>
          <table class="table">
            <thead>
              <tr>
                <th>{shared.column.detector}</th>
                <th>{texts.column.channel}</th>
                <th class="num">{texts.column.raisedBy}</th>
                <th>{shared.column.since}</th>
              </tr>
            </thead>
            <tbody>
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
            </tbody>
          </table>
        </div>
      </Show>
    </Panel>
  );
}
