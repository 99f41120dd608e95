import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { Heartbeat, Clock } from '../../frame/top.tsx';
import { Notices } from '../../frame/notices.tsx';
import { Veil } from '../../frame/veil.tsx';
import { stateText } from '../../pure/alerts/alert-words.ts';
import { incidentsOf, type IncidentSummary } from '../../pure/alerts/incidents.ts';
import { countOpen } from '../../pure/alerts/urgency.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { MaintenanceMark } from '../../ui/maintenance-mark.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { AreaPanel } from '../overview/area-panel.tsx';
import '../overview/overview.css';
import { texts } from './text.ts';
import './wall.css';

/** Alerts of one incident that are listed under its title: the list must not scroll. */
const mostMembers = 3;

/** Screen on a wall: open alerts by incident, and areas. It has no controls, and is veiled like every page when data have stopped. */
export function Wall() {
  const { site, alerts, connection } = useApp();
  const stopped = (): boolean => connection.state() === 'stopped';
  const incidents = createMemo(() => incidentsOf(alerts.open()));
  // two rows fit on every screen
  const columns = (): number => Math.max(1, Math.ceil(site.areas.length / 2));
  const counts = (): string => {
    const { open, fresh } = countOpen(alerts.open());
    return texts.note.counts(open, fresh);
  };
  return (
    <div class="frame" classList={{ 'not-live': stopped() }}>
      <header class="top">
        <span class="name">
          <span class="product">scadawatch</span>
          <span class="site">{site.name}</span>
        </span>
        <div class="vitals">
          <Heartbeat />
          <Clock />
        </div>
      </header>
      <Notices looking={false} onHide={() => {}} />
      <main class="page wall">
        <h1 class="unseen">{texts.title.wall}</h1>
        <Panel title={texts.title.openAlerts} end={counts()} class="wall-alerts">
          <Show when={incidents().length > 0} fallback={<Empty>{texts.sentence.none}</Empty>}>
            <Incidents all={incidents()} />
          </Show>
        </Panel>
        <div class="overview wall-areas" style={{ 'grid-template-columns': `repeat(${columns()}, minmax(0, 1fr))` }} inert>
          <For each={site.areas}>{(area) => <AreaPanel area={area} span={1} />}</For>
        </div>
      </main>
      <Show when={stopped()}>
        <Veil />
      </Show>
    </div>
  );
}

/** The incidents, and how many of them have no room: nobody scrolls a wall. */
function Incidents(props: { readonly all: readonly IncidentSummary[] }) {
  let list!: HTMLUListElement;
  const [below, setBelow] = createSignal(0);
  const look = (): void => {
    const { bottom } = list.getBoundingClientRect();
    setBelow([...list.children].filter((item) => item.getBoundingClientRect().bottom > bottom + 1).length);
  };
  onMount(() => {
    const observer = new ResizeObserver(look);
    observer.observe(list);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    void props.all;
    queueMicrotask(look);
  });
  return (
    <>
      <ul ref={(element) => (list = element)} tabindex="0" aria-label={texts.title.openAlerts}>
        <For each={props.all}>{(incident) => <Incident incident={incident} />}</For>
      </ul>
      <Show when={below() > 0}>
        <p class="below">
          <b>{texts.note.below(below())}</b>
        </p>
      </Show>
    </>
  );
}

/** An incident with its title and first sentence, and its alerts if they have other titles. */
function Incident(props: { readonly incident: IncidentSummary }) {
  const { zone, clock } = useApp();
  const isOwnTitle = (): boolean => props.incident.alerts.length === 1 && props.incident.title === props.incident.worst.title;
  const members = (): readonly Alert[] => (isOwnTitle() ? [] : props.incident.alerts.slice(0, mostMembers));
  const more = (): number => (isOwnTitle() ? 0 : props.incident.alerts.length - members().length);
  return (
    <li classList={{ new: props.incident.waiting > 0 }}>
      <Badge priority={props.incident.worst.priority} state={props.incident.worst.state} />
      <p>
        <b>{props.incident.title}</b>{' '}
        <Show when={isOwnTitle()}>
          <MaintenanceMark of={props.incident.worst} />
        </Show>{' '}
        {props.incident.sentence}
      </p>
      <For each={members()}>
        {(alert) => (
          <p class="member">
            {alert.title} <MaintenanceMark of={alert} /> <span class="dim">{stateText(alert)}</span>
          </p>
        )}
      </For>
      <span class="dim">
        <Show when={more() > 0}>{texts.note.more(more())} · </Show>
        {stateText(props.incident.worst)} {texts.note.since(zone().moment(props.incident.since, clock.second()))}
      </span>
    </li>
  );
}
