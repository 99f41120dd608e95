import { For, type JSX, Show } from 'solid-js';
import { routeHash, type Route } from '../pure/route.ts';
import { alertsOfArea, worstOf } from '../pure/alerts/urgency.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { PageStart } from '../ui/page-start.tsx';
import { LearningMark } from './learning.tsx';
import { texts } from './text.ts';

/** The line under the banner: tabs of the page on the left, its tools or a remark on the right. */
export function Sub(props: { readonly tabs: JSX.Element; readonly tools?: JSX.Element; readonly label: string }) {
  return (
    <section class="sub" aria-label={texts.label.places(props.label)}>
      <nav class="tabs" aria-label={props.label}>
        {props.tabs}
      </nav>
      <PageStart title={props.label} />
      <div class="tools">
        <LearningMark />
        <Show when={typeof props.tools === 'string'} fallback={props.tools}>
          <span class="ellipsis">{props.tools}</span>
        </Show>
      </div>
    </section>
  );
}

export function Tab(props: { readonly to: Route; readonly current: boolean; readonly children: JSX.Element }) {
  return (
    <a href={routeHash(props.to)} aria-current={props.current ? 'page' : undefined}>
      {props.children}
    </a>
  );
}

/** Tabs of the overview and the areas in process order, each with its worst alarm and its worst anomaly. */
export function AreaTabs(props: { readonly current: string | undefined }) {
  const { site, alerts } = useApp();
  return (
    <>
      <Tab to={{ page: 'plant' }} current={props.current === undefined}>
        {texts.label.overview}
      </Tab>
      <For each={site.areas}>
        {(area) => (
          <Tab to={{ page: 'unit', area: area.id }} current={props.current === area.id}>
            {area.name}
            <For each={worstOf(alertsOfArea(alerts.open(), area))}>
              {(alert) => <Badge priority={alert.priority} state={alert.state} size={20} />}
            </For>
          </Tab>
        )}
      </For>
    </>
  );
}
