import { For, Show } from 'solid-js';
import type { FollowingStatus } from '../../../../../src/core/monitor.ts';
import { formatNumber } from '../../pure/format.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Panel } from '../../ui/panel.tsx';

/** Which thresholds normal running has slowly moved since the calibration, and how far that may go. */
export function Following(props: { readonly status: FollowingStatus }) {
  const { zone, clock } = useStation();
  const percent = (part: number, decimals = 0): string => `${formatNumber(100 * part, decimals)} %`;
  const limits = (): string =>
    `at most ${percent(props.status.mostPerDay)} of the calibrated threshold a day and ${percent(props.status.most)} in all; ` +
    'never while anything is found, data are bad or the stream has just begun';
  return (
    <Panel title="Thresholds that follow slow change" end={limits()}>
      <Show when={props.status.thresholds.length > 0} fallback={<Empty>Every threshold is where calibration set it.</Empty>}>
        <div class="table-room" tabindex="0" role="region" aria-label="Thresholds that follow slow change">
          <table class="table">
            <thead>
              <tr>
                <th>Detector</th>
                <th>Channel</th>
                <th class="num">Raised by</th>
                <th>Since</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.status.thresholds.toSorted((a, b) => b.by - a.by)}>
                {({ detector, channel, by, since }) => (
                  <tr>
                    <td>{detector}</td>
                    <td class="mono">{channel}</td>
                    <td class="num">{percent(by, 1)}</td>
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
