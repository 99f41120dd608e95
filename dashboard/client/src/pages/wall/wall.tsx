import { createMemo, For, Show } from 'solid-js';
import { isOpen, needsAcknowledgement } from '../../../../../src/core/alert.ts';
import { Heartbeat, Clock } from '../../frame/top.tsx';
import { Notices } from '../../frame/notices.tsx';
import { Veil } from '../../frame/veil.tsx';
import { stateText } from '../../pure/alerts/alert-words.ts';
import { byUrgency, countOpen } from '../../pure/alerts/urgency.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { MaintenanceMark } from '../../ui/maintenance-mark.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { AreaPanel } from '../overview/area-panel.tsx';
import '../overview/overview.css';
import { texts } from './text.ts';
import './wall.css';

/** Screen on a wall: open alerts and areas. It has no controls, and is veiled like every page when data have stopped. */
export function Wall() {
  const { site, alerts, connection, zone, clock } = useApp();
  const stopped = (): boolean => connection.state() === 'stopped';
  const rows = createMemo(() =>
    alerts
      .open()
      .filter(({ state }) => isOpen(state))
      .toSorted(byUrgency),
  );
  // two rows fit on every screen: nobody scrolls a wall
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
          <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.none}</Empty>}>
            <ul tabindex="0" aria-label={texts.title.openAlerts}>
              <For each={rows()}>
                {(alert) => (
                  <li classList={{ new: needsAcknowledgement(alert.state) }}>
                    <Badge priority={alert.priority} state={alert.state} />
                    <p>
                      <b>{alert.title}</b> <MaintenanceMark of={alert} /> {alert.explanation.sentence}
                    </p>
                    <span class="dim">
                      {stateText(alert)} {texts.note.since(zone().moment(alert.since, clock.second()))}
                    </span>
                  </li>
                )}
              </For>
            </ul>
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
