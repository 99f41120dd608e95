import { createResource, createSignal, Show } from 'solid-js';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { LongTable } from '../../ui/table.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Number of channels without a usable threshold, and a collapsed list with their reasons. */
export function Unwatched() {
  const { zone, clock, health } = useApp();
  const [open, setOpen] = createSignal(false);
  const [found, { refetch }] = createResource(
    // a new baseline has other thresholds
    () => ({ state: health.health()?.learning.text }),
    async () => await query('GET /api/unwatched', {}),
  );
  return (
    <Panel title={texts.title.unwatched} end={texts.note.unwatched}>
      <Loaded of={found} retry={() => void refetch()} cells={1}>
        {(known) => (
          <>
            <p>
              {known().summary}{' '}
              <Show when={known().total > 0}>
                <Button pressed={open()} onPress={() => setOpen(!open())}>
                  {open() ? texts.button.hideList : texts.button.showList}
                </Button>
              </Show>
            </p>
            <Show when={open() && known().total > 0}>
              <Show when={known().total > known().unwatched.length}>
                <p class="dim">{texts.sentence.firstOf(known().unwatched.length, known().total)}</p>
              </Show>
              <div class="unwatched-list">
                <LongTable
                  label={texts.title.unwatched}
                  rows={known().unwatched}
                  head={
                    <>
                      <th>{texts.column.channel}</th>
                      <th>{shared.column.detector}</th>
                      <th>{shared.column.reason}</th>
                      <th>{texts.column.watchedFrom}</th>
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
