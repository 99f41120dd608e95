import { createMemo, createResource, For, Show } from 'solid-js';
import { isOpen } from '../../../../../src/core/alert.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { formatSpan } from '../../pure/format.ts';
import { incidentEnd, incidentsOf, type IncidentSummary } from '../../pure/incidents.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Badge } from '../../ui/badge.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import '../../ui/table.css';

const weekMs = 7 * 86_400_000;

/** Open incidents, the most urgent first, and those that closed in the last seven days. */
export function Incidents() {
  const { alerts, clock } = useStation();
  const started = createMemo(() => alerts.known() && !Number.isNaN(clock.second()));
  const [found, { refetch }] = createResource(started, async () => {
    const now = clock.now();
    return (await ask('GET /api/alerts', { from: now - weekMs, to: now + 60_000, limit: 500 })).alerts;
  });
  const open = createMemo(() => incidentsOf(alerts.open()));
  const closed = createMemo(() => {
    const told = found.state === 'errored' ? [] : (found.latest ?? []);
    return incidentsOf(told)
      .filter(
        (incident) => incident.alerts.every((alert) => !isOpen(alert.state)) && !open().some((one) => one.id === incident.id),
      )
      .sort((a, b) => b.since - a.since);
  });
  useKeys(() => [{ caption: 'Esc', text: 'back', on: ['Escape'], run: () => history.back() }]);
  return (
    <>
      <Sub
        label="Incidents"
        tabs={
          <Tab to={{ page: 'incidents' }} current>
            All incidents
          </Tab>
        }
      />
      <main class="page">
        <Panel title="Incidents" end={`${open().length} open`}>
          <Loaded of={found} retry={() => void refetch()} cells={6}>
            {() => (
              <Show when={open().length + closed().length > 0} fallback={<Empty>No incidents in the last 7 days.</Empty>}>
                <div class="table-room" tabindex="0" role="region" aria-label="Incidents">
                  <table class="table">
                    <thead>
                      <tr>
                        <th>
                          <span class="unseen">Priority</span>
                        </th>
                        <th>Incident</th>
                        <th>Since</th>
                        <th>What</th>
                        <th class="large-only">First</th>
                        <th class="num">Alerts</th>
                        <th class="num">For</th>
                      </tr>
                    </thead>
                    <tbody>
                      <For each={open()}>{(incident) => <Row incident={incident} open />}</For>
                    </tbody>
                    <Show when={closed().length > 0}>
                      <tbody>
                        <tr class="section">
                          <th colspan="7" scope="rowgroup">
                            Closed in the last 7 days
                          </th>
                        </tr>
                        <For each={closed()}>{(incident) => <Row incident={incident} open={false} />}</For>
                      </tbody>
                    </Show>
                  </table>
                </div>
              </Show>
            )}
          </Loaded>
        </Panel>
      </main>
    </>
  );
}

function Row(props: { readonly incident: IncidentSummary; readonly open: boolean }) {
  const { zone, clock, go } = useStation();
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
      <td class="wide" title={props.incident.worst.explanation.sentence}>
        {props.incident.worst.title}. <span class="dim">{props.incident.worst.explanation.sentence}</span>
      </td>
      <td class="part dim large-only" title={props.incident.first.title}>
        {props.incident.first.title}
      </td>
      <td class="num">{props.incident.alerts.length}</td>
      <td class="num">{formatSpan(end() - props.incident.since)}</td>
    </tr>
  );
}
