import { createMemo, For, Show } from 'solid-js';
import { incidentsOf } from '../../pure/incidents.ts';
import { routeHash } from '../../pure/route.ts';
import { useStation } from '../../store/station.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/panel.tsx';

/** Alerts that belong together, the most urgent first: one sentence each. */
export function OpenIncidents(props: { readonly span: number }) {
  const { alerts, zone, clock } = useStation();
  const incidents = createMemo(() => incidentsOf(alerts.open()));
  const waiting = () => incidents().filter((incident) => incident.waiting > 0).length;
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label="Open incidents">
      <header class="panel-head">
        <h2>Open incidents</h2>
        <span class="end">
          <Show when={incidents().length > 0}>
            {incidents().length} open, {waiting()} unacknowledged
          </Show>
        </span>
      </header>
      <Show when={incidents().length > 0} fallback={<Empty>No open incidents.</Empty>}>
        <ul class="incident-list">
          <For each={incidents()}>
            {(incident) => (
              <li>
                <a href={routeHash({ page: 'incident', id: incident.id })}>
                  <Badge priority={incident.worst.priority} state={incident.worst.state} />
                  <p title={incident.worst.explanation.sentence}>
                    <b>{incident.worst.title}.</b> {incident.worst.explanation.sentence}
                  </p>
                  <small class="ellipsis" title={incident.first.title}>
                    {incident.id} · first: {incident.first.title}
                    <Show when={incident.alerts.length > 1}> · {incident.alerts.length} alerts</Show>
                  </small>
                  <span class="since">since {zone().moment(incident.since, clock.second())}</span>
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
