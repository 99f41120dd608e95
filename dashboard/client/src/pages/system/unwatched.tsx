import { createResource, For, Show } from 'solid-js';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { shared } from '../../text.ts';
import { CollapsedTable } from './collapsed-table.tsx';
import { texts } from './text.ts';

/** Number of channels without a usable threshold, and a collapsed list with their reasons. */
export function Unwatched() {
  const { zone, clock, health, lab } = useApp();
  const speed = (): number => lab.feed()?.speed ?? 1;
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
            <CollapsedTable
              summary={known().summary}
              note={
                known().total > known().unwatched.length
                  ? texts.sentence.firstOf(known().unwatched.length, known().total)
                  : undefined
              }
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
            </CollapsedTable>
            <ul class="by-setting">
              <For each={known().settings}>{(sentence) => <li>{sentence}</li>}</For>
              <Show when={speed() > 1}>
                <li>{texts.sentence.fastLab(speed())}</li>
              </Show>
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
