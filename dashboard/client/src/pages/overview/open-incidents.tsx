import { createMemo, For, Show } from 'solid-js';
import { headlineText, incidentsOf } from '../../pure/alerts/incidents.ts';
import { routeHash } from '../../pure/route.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/panel.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Open incidents with one sentence each, the most urgent first. */
export function OpenIncidents(props: { readonly span: number }) {
  const { alerts, zone, clock } = useApp();
  const incidents = createMemo(() => incidentsOf(alerts.open()));
  const waiting = () => incidents().filter((incident) => incident.waiting > 0).length;
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label={texts.title.openIncidents}>
      <header class="panel-head">
        <h2>{texts.title.openIncidents}</h2>
        <span class="end">
          <Show when={incidents().length > 0}>{texts.note.openCount(incidents().length, waiting())}</Show>
        </span>
      </header>
      <Show when={incidents().length > 0} fallback={<Empty>{texts.sentence.noIncidents}</Empty>}>
        <ul class="incident-list">
          <For each={incidents()}>
            {(incident) => (
              <li>
                <a href={routeHash({ page: 'incident', id: incident.id })}>
                  <Badge priority={incident.worst.priority} state={incident.worst.state} />
                  <p title={headlineText(incident)}>
                    <b>{incident.title}.</b> {incident.sentence}
                  </p>
                  <small class="ellipsis" title={incident.first.title}>
                    {incident.id}
                    <Show when={incident.alerts.length > 1}> · {texts.note.alerts(incident.alerts.length)}</Show> ·{' '}
                    {shared.note.first(incident.first.title)}
                  </small>
                  <span class="since">{texts.note.since(zone().moment(incident.since, clock.second()))}</span>
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
