import { createResource } from 'solid-js';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { shared } from '../../text.ts';
import { CollapsedTable } from './collapsed-table.tsx';
import { texts } from './text.ts';

/** Smallest standard faults that the baseline detects: their origin, and a collapsed list by tag. */
export function DetectionLimits() {
  const { health, go } = useApp();
  const [found, { refetch }] = createResource(
    // a new baseline has other limits
    () => ({ state: health.health()?.learning.text }),
    async () => await query('GET /api/detection-limits', {}),
  );
  return (
    <Panel title={texts.title.detectionLimits} end={texts.note.detectionLimits}>
      <Loaded of={found} retry={() => void refetch()} cells={1}>
        {(known) => (
          <CollapsedTable
            summary={`${known().text} ${texts.sentence.limitsKnown(known().total, known().totalWithout)}`}
            note={known().total > known().tags.length ? texts.sentence.firstOf(known().tags.length, known().total) : undefined}
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
          </CollapsedTable>
        )}
      </Loaded>
    </Panel>
  );
}
