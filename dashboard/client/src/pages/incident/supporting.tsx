import { createMemo, createResource, createSignal, For, Show } from 'solid-js';
import { formatNumber } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ListToggle } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/**
 * Minor findings at the equipment of an incident during it; nothing if there are none. Requested again with each change of the
 * incident and each minute. Closed at first, because the sequence of events above needs the room.
 */
export function Supporting(props: { readonly incident: string; readonly turn: string }) {
  const { zone, clock, go } = useApp();
  const [open, setOpen] = createSignal(false);
  const minute = createMemo(() => Math.floor(clock.second() / 60_000));
  const [answer] = createResource(
    () => ({ id: props.incident, turn: props.turn, minute: minute() }),
    async ({ id }) => (await query('GET /api/incident/minor', { id })).minor,
  );
  const rows = () => (answer.state === 'errored' ? [] : (answer.latest ?? []));
  return (
    <Show when={rows().length > 0}>
      <Panel
        class={open() ? '' : 'closed'}
        title={texts.title.supporting}
        end={
          <>
            {texts.note.supporting(rows().length)} <ListToggle open={open()} onToggle={setOpen} />
          </>
        }
      >
        <Show when={open()}>
          <Table
            label={texts.title.supporting}
            head={
              <>
                <th>{shared.column.since}</th>
                <th>{shared.column.tag}</th>
                <th>{texts.column.minor}</th>
                <th class="num">{texts.column.peak}</th>
                <th>{shared.column.state}</th>
              </>
            }
          >
            <For each={rows()}>
              {({ since, tags, device, channel, sentence, peak, endedAt }) => (
                <tr>
                  <td>{zone().moment(since, clock.second())}</td>
                  <td>
                    <Show when={tags[0]} fallback={device ?? channel}>
                      {(tag) => (
                        <button type="button" class="link" onClick={() => go({ page: 'tag', tag: tag() })}>
                          {tag()}
                        </button>
                      )}
                    </Show>
                  </td>
                  <td class="wide" title={sentence}>
                    {sentence}
                  </td>
                  <td class="num">{formatNumber(peak, 2)}</td>
                  <td>{endedAt === undefined ? texts.note.open : texts.note.ended}</td>
                </tr>
              )}
            </For>
          </Table>
        </Show>
      </Panel>
    </Show>
  );
}
