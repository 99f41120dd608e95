import { createMemo, createResource, createSignal, For, onCleanup, Show } from 'solid-js';
import type { JournalEntry } from '../../../../../src/core/monitor.ts';
import { limits } from '../../../../protocol.ts';
import { formatNumber } from '../../pure/format.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { FindBar } from '../../ui/find-bar.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { visibleRows } from '../../ui/rows.ts';
import { saveText, toCsv } from '../../ui/save.ts';

const refreshMs = 5_000;

/** What happened on devices, on the wire and to the clock, newest first: facts, not alarms. */
export function Events() {
  const { clock } = useStation();
  const [text, setText] = createSignal('');
  const [found, { refetch }] = createResource(
    async () => (await ask('GET /api/journal', { limit: limits.journalPerQuery })).entries,
  );
  const timer = setInterval(() => void refetch(), refreshMs);
  onCleanup(() => clearInterval(timer));
  const rows = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    const all = found.state === 'errored' ? [] : (found.latest ?? []);
    return all.filter((entry) => `${entry.device} ${entry.kind} ${entry.text}`.toLowerCase().includes(wanted));
  });
  const save = (): void => saveText(`events-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, eventsCsv(rows()));
  return (
    <Panel
      title="Events"
      end={
        <span class="user-form">
          <FindBar label="Find device, kind, text" onFind={setText} count={rows().length} onExport={save} />
        </span>
      }
    >
      <Loaded of={found} retry={() => void refetch()} cells={5}>
        {() => (
          <Show when={rows().length > 0} fallback={<Empty>No event with this text since the monitor started.</Empty>}>
            <Entries rows={rows()} />
          </Show>
        )}
      </Loaded>
    </Panel>
  );
}

function Entries(props: { readonly rows: readonly JournalEntry[] }) {
  const { zone, clock } = useStation();
  const visible = visibleRows(() => props.rows);
  return (
    <div class="table-room" ref={visible.room} tabindex="0" role="region" aria-label="Events">
      <table class="table">
        <thead>
          <tr>
            <th>Last</th>
            <th class="num">Times</th>
            <th>Device</th>
            <th>Kind</th>
            <th>What happened</th>
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: `${visible.above()}px` }} aria-hidden="true" />
          <For each={visible.rows()}>
            {(entry) => (
              <tr>
                <td>{zone().moment(entry.lastTime, clock.second())}</td>
                <td class="num">{formatNumber(entry.count)}</td>
                <td>{entry.device}</td>
                <td class="dim">{entry.kind}</td>
                <td class="wide" title={entry.text}>
                  {entry.text}
                </td>
              </tr>
            )}
          </For>
          <tr style={{ height: `${visible.below()}px` }} aria-hidden="true" />
        </tbody>
      </table>
    </div>
  );
}

function eventsCsv(entries: readonly JournalEntry[]): string {
  const iso = (time: number): string => new Date(time).toISOString();
  return toCsv([
    ['first', 'last', 'times', 'device', 'kind', 'text'],
    ...entries.map(({ time, lastTime, count, device, kind, text }) => [
      iso(time),
      iso(lastTime),
      String(count),
      device,
      kind,
      text,
    ]),
  ]);
}
