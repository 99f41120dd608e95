import { createMemo, createResource, For, Show } from 'solid-js';
import { isOpen } from '../../../../../src/core/alert.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { formatAge } from '../../pure/format.ts';
import { headlineText, incidentEnd, incidentsOf, type IncidentSummary, verdictText } from '../../pure/alerts/incidents.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

const weekMs = 7 * 86_400_000;

/** Open incidents, the most urgent first, and incidents closed in the last seven days. */
export function Incidents() {
  const { alerts, clock, back } = useApp();
  const started = createMemo(() => alerts.known() && !Number.isNaN(clock.second()));
  const [found, { refetch }] = createResource(started, async () => {
    const now = clock.now();
    return (await query('GET /api/alerts', { from: now - weekMs, to: now + 60_000, limit: 500 })).alerts;
  });
  const open = createMemo(() => incidentsOf(alerts.open()));
  const closed = createMemo(() => {
    const loaded = found.state === 'errored' ? [] : (found.latest ?? []);
    return incidentsOf(loaded)
      .filter(
        (incident) => incident.alerts.every((alert) => !isOpen(alert.state)) && !open().some((one) => one.id === incident.id),
      )
      .sort((a, b) => b.since - a.since);
  });
  // the first alert of an open incident, which has the verdict, can be closed
  const verdicts = createMemo(() => {
    const loaded = found.state === 'errored' ? [] : (found.latest ?? []);
    const present = new Map([...loaded, ...alerts.cleared(), ...alerts.open()].map((alert) => [alert.id, alert]));
    return new Map([...Map.groupBy(present.values(), ({ incident }) => incident)].map(([id, all]) => [id, verdictText(all)]));
  });
  const verdictOf = ({ id }: IncidentSummary): string => verdicts().get(id) ?? '';
  useKeys(() => [{ caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back }]);
  return (
    <>
      <Sub
        label={shared.title.incidents}
        tabs={
          <Tab to={{ page: 'incidents' }} current>
            {texts.label.allIncidents}
          </Tab>
        }
      />
      <main class="page">
        <Panel title={shared.title.incidents} end={shared.note.open(open().length)}>
          <Loaded of={found} retry={() => void refetch()} cells={7}>
            {() => (
              <Show when={open().length + closed().length > 0} fallback={<Empty>{texts.sentence.none}</Empty>}>
                <ScrollRegion label={shared.title.incidents}>
                  <table class="table">
                    <thead>
                      <tr>
                        <th>
                          <span class="unseen">{shared.column.priority}</span>
                        </th>
                        <th>{shared.column.incident}</th>
                        <th>{shared.column.since}</th>
                        <th>{texts.column.title}</th>
                        <th class="large-only">{texts.column.first}</th>
                        <th>{shared.column.verdict}</th>
                        <th class="num">{texts.column.alerts}</th>
                        <th class="num">{shared.column.duration}</th>
                      </tr>
                    </thead>
                    <tbody>
                      <For each={open()}>{(incident) => <Row incident={incident} verdict={verdictOf(incident)} open />}</For>
                    </tbody>
                    <Show when={closed().length > 0}>
                      <tbody>
                        <tr class="section">
                          <th colspan="8" scope="rowgroup">
                            {shared.label.closedInWeek}
                          </th>
                        </tr>
                        <For each={closed()}>
                          {(incident) => <Row incident={incident} verdict={verdictOf(incident)} open={false} />}
                        </For>
                      </tbody>
                    </Show>
                  </table>
                </ScrollRegion>
              </Show>
            )}
          </Loaded>
        </Panel>
      </main>
    </>
  );
}

function Row(props: { readonly incident: IncidentSummary; readonly verdict: string; readonly open: boolean }) {
  const { zone, clock, go } = useApp();
  const show = (): void => go({ page: 'incident', id: props.incident.id });
  const end = (): number => incidentEnd(props.incident.alerts) ?? clock.second();
  return (
    <tr data-row={props.incident.id} classList={{ new: props.incident.waiting > 0 }} onClick={show}>
      <td>
        <Badge priority={props.incident.worst.priority} state={props.incident.worst.state} />
      </td>
      <td>
        <button type="button" class="link" onClick={show}>
          {props.incident.id}
        </button>
      </td>
      <td>{zone().moment(props.incident.since, clock.second())}</td>
      <td class="wide" title={headlineText(props.incident)}>
        {props.incident.title}. <span class="dim">{props.incident.sentence}</span>
      </td>
      <td class="part dim large-only" title={props.incident.first.title}>
        {props.incident.first.title}
      </td>
      <td>{props.verdict}</td>
      <td class="num">{props.incident.alerts.length}</td>
      <td class="num">{formatAge(end() - props.incident.since)}</td>
    </tr>
  );
}
