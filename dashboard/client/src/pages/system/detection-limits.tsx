import { createResource, createSignal, Show } from 'solid-js';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { LongTable } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Smallest standard faults that the baseline detects: their origin, and a collapsed list by tag. */
export function DetectionLimits() {
  const { health, go } = useApp();
  const [open, setOpen] = createSignal(false);
  const [found, { refetch }] = createResource(
    // a new baseline has other limits
    () => ({ state: health.health()?.learning.text }),
    async () => await query('GET /api/detection-limits', {}),
  );
  return (
    <Panel title={texts.title.detectionLimits} end={texts.note.detectionLimits}>
      <Loaded of={found} retry={() => void refetch()} cells={1}>
        {(known) => (
          <>
            <p>
              {known().text} {texts.sentence.limitsKnown(known().total, known().totalWithout)}{' '}
              <Show when={known().total + known().totalWithout > 0}>
                <Button pressed={open()} onPress={() => setOpen(!open())}>
                  {open() ? texts.button.hideList : texts.button.showList}
                </Button>
              </Show>
            </p>
            <Show when={open()}>
              <Show when={known().total > known().tags.length}>
                <p class="dim">{texts.sentence.firstOf(known().tags.length, known().total)}</p>
              </Show>
              <div class="unwatched-list">
                <LongTable
                  label={texts.title.detectionLimits}
                  rows={[
                    ...known().tags.map(({ tag, text, outdated }) => ({
                      tag,
                      text: outdated === true ? `${texts.note.outdated} ${text}` : text,
                    })),
                    ...known().without.map(({ tag, reason }) => ({ tag, text: texts.note.noLimit(reason) })),
                  ]}
                  head={
                    <>
                      <th>{shared.column.tag}</th>
                      <th>{texts.column.detectionLimit}</th>
                    </>
                  }
                >
                  {({ tag, text }) => (
                    <tr>
                      <td class="mono">
                        <button type="button" class="link" onClick={() => go({ page: 'tag', tag })}>
                          {tag}
                        </button>
                      </td>
                      <td class="wide" title={text}>
                        {text}
                      </td>
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
