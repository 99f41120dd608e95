import { createMemo, createResource, createSignal, onCleanup, Show } from 'solid-js';
import type { JournalEntry } from '../../../../../src/core/monitor.ts';
import { limits } from '../../../../protocol.ts';
import { formatNumber } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { FindBar } from '../../ui/find-bar.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { LongTable } from '../../ui/table.tsx';
import { saveText, toCsv } from '../../ui/save.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

const refreshMs = 5_000;

/** Events of devices, network and clock, newest first. They are facts, not alarms. */
export function Events() {
  const { clock } = useApp();
  const [text, setText] = createSignal('');
  const [found, { refetch }] = createResource(
    async () => (await query('GET /api/journal', { limit: limits.journalPerQuery })).entries,
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
      title={texts.title.events}
      end={
        <span class="user-form">
          <FindBar label={texts.label.findEvent} onFind={setText} count={rows().length} onExport={save} />
        </span>
      }
    >
      <Loaded of={found} retry={() => void refetch()} cells={5}>
        {() => (
          <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.noEvents}</Empty>}>
            <Entries rows={rows()} />
          </Show>
        )}
      </Loaded>
    </Panel>
  );
}

function Entries(props: { readonly rows: readonly JournalEntry[] }) {
  const { zone, clock } = useApp();
  return (
    <LongTable
      label={texts.title.events}
      rows={props.rows}
      head={
        <>
          <th>{texts.column.last}</th>
          <th class="num">{texts.column.count}</th>
          <th>{shared.column.device}</th>
          <th>{texts.column.kind}</th>
          <th>{texts.column.event}</th>
        </>
      }
    >
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
    </LongTable>
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
