import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js';
import { lastedText } from '../pure/alerts/alert-words.ts';
import { incidentTitle } from '../pure/alerts/incidents.ts';
import { countByPriority, countHidden, mostUrgent, subjectOf } from '../pure/alerts/urgency.ts';
import { useAcknowledge } from '../store/acknowledge.ts';
import { useApp } from '../store/app-context.ts';
import { routeHash, whyRoute, type Route } from '../pure/route.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useKeys } from '../ui/keys.ts';
import { openByKey } from '../ui/page-start.tsx';
import './banner.css';
import { learningText } from './learning.tsx';
import type { Alert } from '../../../../src/core/alert.ts';
import { rolesText } from '../../../../src/core/access.ts';
import { shared } from '../text.ts';
import { texts } from './text.ts';

/** Counts of alerts and the most urgent one, with its actions. Never hidden, never covered. */
export function Banner() {
  const app = useApp();
  const { alerts, clock, zone, go, live, may } = app;
  const { acknowledge } = useAcknowledge();
  const counts = createMemo(() => countByPriority(alerts.open()));
  const urgent = createMemo(() => mostUrgent(alerts.open()));
  const canAcknowledge = (): boolean => live() && may('acknowledge') && urgent() !== undefined;
  const open = (how: (route: Route) => void): void => {
    const alert = urgent();
    if (alert !== undefined) how(whyRoute(alert));
  };
  const take = (): void => {
    const alert = urgent();
    if (alert !== undefined && canAcknowledge()) acknowledge([alert.id]);
  };
  useKeys(() => [
    { caption: 'B', text: texts.key.openBanner, on: ['b'], run: () => open((route) => openByKey(app, route)) },
    { caption: '⇧A', text: texts.key.acknowledgeBanner, on: ['Shift+a'], run: take },
  ]);
  return (
    <section class="banner" aria-label={texts.label.banner}>
      <div class="counts">
        <For each={counts()} fallback={null}>
          {(count) => (
            <Show when={count.total > 0}>
              <a href={routeHash({ page: 'alarms', tab: 'active' })} title={shared.note.open(count.total)}>
                <Show when={count.worst}>{(worst) => <Badge priority={worst().priority} state={worst().state} />}</Show>
                <b>{count.fresh}</b>
                <small>{texts.note.newOf(count.total)}</small>
              </a>
            </Show>
          )}
        </For>
        <For each={countHidden(alerts.open())}>
          {(hidden) => (
            <a class="hidden-count" href={routeHash({ page: 'alarms', tab: 'active' })}>
              <b>{hidden.count}</b>
              <small>{texts.note.hidden[hidden.state]}</small>
            </a>
          )}
        </For>
        <Show when={counts().every((count) => count.total === 0)}>
          <span class="none">{alerts.known() ? texts.note.noneOpen : texts.label.loadingAlerts}</span>
        </Show>
      </div>
      <Show
        when={urgent()}
        fallback={
          <div class="urgent">
            <span class="none">
              {texts.label.noNewAlarms}
              <Show when={learningText()}>{(text) => <> · {text()}</>}</Show>
            </span>
          </div>
        }
      >
        {(alert) => (
          <>
            <div class="urgent">
              <Badge priority={alert().priority} state={alert().state} size={30} />
              <span class="what" title={whole(alert())}>
                <Show when={incidentTitle(alert())} fallback={<Named alert={alert()} />}>
                  {(title) => (
                    <>
                      <span class="ellipsis">{title()}</span>
                      <small>
                        <Named alert={alert()} />
                      </small>
                    </>
                  )}
                </Show>
              </span>
              <span class="since">
                <span>{zone().moment(alert().since, clock.second())} </span>
                <span>{lastedText(alert(), clock.second())}</span>
              </span>
            </div>
            <div class="acts">
              <Button
                primary
                key="⇧A"
                disabled={!canAcknowledge()}
                onPress={take}
                title={may('acknowledge') ? undefined : shared.sentence.forbidden(rolesText('acknowledge'))}
              >
                {shared.button.acknowledge}
              </Button>
              <Button key="B" onPress={() => open(go)}>
                {texts.button.open}
              </Button>
            </div>
          </>
        )}
      </Show>
      <Announcer />
    </section>
  );
}

/** Title of the incident, title of the alert and its sentence: the line may be cut. */
const whole = (alert: Alert): string =>
  [incidentTitle(alert), alert.title, alert.explanation.sentence].filter((text) => text !== undefined).join('\n');

/** Title of an alert with what it is about. */
function Named(props: { readonly alert: Alert }) {
  return (
    <span class="ellipsis">
      <Show when={subjectOf(props.alert)}>{(subject) => <b>{subject()} </b>}</Show>
      {props.alert.title}
    </span>
  );
}

/** Announces new alarms to screen readers: priority 1 at once, at most one in five seconds, others politely. */
function Announcer() {
  const { alerts } = useApp();
  const [assertive, setAssertive] = createSignal('');
  const [polite, setPolite] = createSignal('');
  let announcedAt = 0;
  const urgent = createMemo(() => mostUrgent(alerts.open()));
  createEffect(
    on(
      () => urgent()?.id,
      () => {
        const alert = urgent();
        if (alert === undefined) return;
        const priority = alert.priority === 'A' ? shared.label.anomaly : shared.label.priority(alert.priority);
        const incident = incidentTitle(alert);
        const text = `${priority}: ${incident === undefined ? '' : `${incident}. `}${alert.equipment} ${alert.title}`;
        if (alert.priority !== 1) setPolite(text);
        else if (performance.now() - announcedAt > 5000) {
          announcedAt = performance.now();
          setAssertive(text);
        }
      },
    ),
  );
  return (
    <>
      <span class="unseen" aria-live="assertive">
        {assertive()}
      </span>
      <span class="unseen" aria-live="polite">
        {polite()}
      </span>
    </>
  );
}
