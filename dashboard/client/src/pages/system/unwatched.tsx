import { createResource, createSignal, Show } from 'solid-js';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { LongTable } from '../../ui/long-table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';

/** Counts the channels without a usable threshold; the list with their reasons is folded. */
export function Unwatched() {
  const { zone, clock, health } = useStation();
  const [open, setOpen] = createSignal(false);
  const [found, { refetch }] = createResource(
    // a new baseline has other thresholds
    () => ({ state: health.health()?.learning.text }),
    async () => await ask('GET /api/unwatched', {}),
  );
  return (
    <Panel title="Unwatched channels" end="channels without a usable threshold: they raise no anomaly">
      <Loaded of={found} retry={() => void refetch()} cells={1}>
        {(known) => (
          <>
            <p>
              {known().summary}{' '}
              <Show when={known().total > 0}>
                <Button pressed={open()} onPress={() => setOpen(!open())}>
                  {open() ? 'Hide the list' : 'Show the list'}
                </Button>
              </Show>
            </p>
            <Show when={open() && known().total > 0}>
              <Show when={known().total > known().unwatched.length}>
                <p class="dim">
                  The first {known().unwatched.length} of {known().total} are listed.
                </p>
              </Show>
              <div class="unwatched-list">
                <LongTable
                  label="Unwatched channels"
                  rows={known().unwatched}
                  head={
                    <>
                      <th>Channel</th>
                      <th>Detector</th>
                      <th>Reason</th>
                      <th>Watched from, after a calibration</th>
                    </>
                  }
                >
                  {({ channel, detector, reason, watchedFrom }) => (
                    <tr>
                      <td class="mono">{channel}</td>
                      <td>{detector}</td>
                      <td class="wide" title={reason}>
                        {reason}
                      </td>
                      <td>{watchedFrom === undefined ? '––' : zone().moment(watchedFrom, clock.second())}</td>
                    </tr>
                  )}
                </LongTable>
              </div>
            </Show>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
