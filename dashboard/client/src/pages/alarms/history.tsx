import { createMemo, createResource, createSignal, For, Show } from 'solid-js';
import { type Actor, type Alert, type Priority, mainTag } from '../../../../../src/core/alert.ts';
import { deviceOf } from '../../../../../src/core/self-device.ts';
import { limits } from '../../../../protocol.ts';
import { alertText, lastedText, placeOf, stateText, verdictWords } from '../../pure/alerts/alert-words.ts';
import { incidentName, incidentTitle, withHeadlines } from '../../pure/alerts/incidents.ts';
import { formatDuration } from '../../pure/format.ts';
import { priorities } from '../../pure/alerts/urgency.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Choice } from '../../ui/button.tsx';
import { FindBar } from '../../ui/find-bar.tsx';
import { saveText, toCsv } from '../../ui/save.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { LongTable } from '../../ui/table.tsx';
import { whyRoute } from '../../pure/route.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

const spans = [1, 24, 168, 720].map((hours) => ({ value: hours, text: formatDuration(hours * 3_600_000) }));

/** Every alert of a span of time, with the times of its changes of state. */
export function AlarmHistory() {
  const { clock, site, go } = useApp();
  const [hours, setHours] = createSignal<number>(24);
  const [area, setArea] = createSignal('');
  const [priority, setPriority] = createSignal<Priority | ''>('');
  const [text, setText] = createSignal('');
  const started = createMemo(() => !Number.isNaN(clock.second()));
  const [found, { refetch }] = createResource(
    () => started() && { hours: hours(), area: area() },
    async (filter) => {
      const now = clock.now();
      const range = {
        from: now - filter.hours * 3_600_000,
        to: now + 60_000,
        limit: limits.alertsPerQuery,
        names: 'pseudonyms',
      } as const;
      return (await query('GET /api/alerts', { ...range, area: filter.area === '' ? undefined : filter.area })).alerts;
    },
  );
  const rows = createMemo(() => {
    const all = withHeadlines(found.state === 'errored' ? [] : (found.latest ?? []));
    const wanted = text().trim().toLowerCase();
    return all.filter((alert) => (priority() === '' || alert.priority === priority()) && alertText(alert).includes(wanted));
  });
  const save = (): void => saveText(`alarms-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, alarmsCsv(rows()));
  return (
    <main class="page alarms alone">
      <Panel class="list" label={texts.title.history}>
        <div class="filters">
          <Choice label={texts.label.time} options={spans} value={hours()} onChoose={setHours} />
          <select class="field" aria-label={shared.column.area} onChange={(event) => setArea(event.currentTarget.value)}>
            <option value="">{texts.label.allAreas}</option>
            <For each={site.areas}>{(one) => <option value={one.id}>{one.name}</option>}</For>
          </select>
          <Choice
            label={shared.column.priority}
            options={[
              { value: '' as const, text: texts.label.all },
              ...priorities.map((one) => ({ value: one, text: String(one) })),
            ]}
            value={priority()}
            onChoose={setPriority}
          />
          <FindBar label={shared.label.findTag} onFind={setText} count={rows().length} onExport={save} />
        </div>
        <Loaded of={found} retry={() => void refetch()} cells={8}>
          {() => (
            <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.noHistory}</Empty>}>
              <HistoryTable rows={rows()} onOpen={(alert) => go(whyRoute(alert))} />
            </Show>
          )}
        </Loaded>
      </Panel>
    </main>
  );
}

function HistoryTable(props: { readonly rows: readonly Alert[]; readonly onOpen: (alert: Alert) => void }) {
  const { zone, clock, site } = useApp();
  const moment = (time: number | undefined): string => (time === undefined ? '' : zone().moment(time, clock.second()));
  return (
    <LongTable
      label={texts.label.historyTable}
      rows={props.rows}
      head={
        <>
          <th>
            <span class="unseen">{shared.column.priority}</span>
          </th>
          <th>{shared.column.since}</th>
          <th>{texts.column.acknowledged}</th>
          <th>{texts.column.returned}</th>
          <th>{shared.column.tag}</th>
          <th>{shared.column.area}</th>
          <th>{shared.column.alarm}</th>
          <th class="num">{shared.column.duration}</th>
          <th>{shared.column.state}</th>
          <th>{shared.column.verdict}</th>
          <th>{shared.column.incident}</th>
        </>
      }
    >
      {(alert) => (
        <tr data-row={alert.id} onClick={() => props.onOpen(alert)}>
          <td>
            <Badge priority={alert.priority} state={alert.state} />
          </td>
          <td>{moment(alert.since)}</td>
          <td>
            {moment(alert.acknowledgedAt)} <span class="dim">{alert.acknowledgedBy?.role}</span>
          </td>
          <td>{moment(alert.returnedAt)}</td>
          <td>{mainTag(alert) ?? deviceOf(alert) ?? alert.equipment}</td>
          <td class="dim">{placeOf(alert, site.areas)}</td>
          <td class="wide" title={alert.title}>
            {alert.title}
          </td>
          <td class="num">{lastedText(alert, clock.second())}</td>
          <td>{stateText(alert)}</td>
          <td title={alert.verdict?.note}>{verdictText(alert)}</td>
          <td class="part" title={incidentName(alert)}>
            <button type="button" class="link" onClick={() => props.onOpen(alert)}>
              {alert.incident}
            </button>{' '}
            <span class="dim large-only">{incidentTitle(alert)}</span>
          </td>
        </tr>
      )}
    </LongTable>
  );
}

const verdictText = ({ verdict }: Alert): string => (verdict === undefined ? '' : verdictWords[verdict.word]);

/** Role and pseudonym, which a saved table has instead of the name. */
const actorText = (actor: Actor | undefined): string => [actor?.role, actor?.user].filter(Boolean).join(' ');

/** CSV with times in ISO 8601 UTC. */
function alarmsCsv(alerts: readonly Alert[]): string {
  const iso = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toISOString());
  const head = [
    'id',
    'incident',
    'priority',
    'state',
    'area',
    'equipment',
    'tags',
    'title',
    'since',
    'raised',
    'acknowledged',
    'acknowledged by',
    'returned',
    'verdict',
    'note',
    'incident title',
  ];
  return toCsv([
    head,
    ...alerts.map((alert) => [
      alert.id,
      alert.incident,
      String(alert.priority),
      stateText(alert),
      alert.area,
      alert.equipment,
      alert.tags.join(' '),
      alert.title,
      iso(alert.since),
      iso(alert.raisedAt),
      iso(alert.acknowledgedAt),
      actorText(alert.acknowledgedBy),
      iso(alert.returnedAt),
      verdictText(alert),
      alert.verdict?.note ?? '',
      alert.headline?.title ?? alert.title,
    ]),
  ]);
}
