import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js';
import { lastedText } from '../pure/alert-words.ts';
import { countByPriority, mostUrgent, subjectOf } from '../pure/urgency.ts';
import { useAcknowledge } from '../store/acknowledge.ts';
import { useStation } from '../store/station.ts';
import { routeHash, whyRoute } from '../pure/route.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useKeys } from '../ui/keys.ts';
import './banner.css';
import { learningText } from './learning.tsx';
import { rolesText } from '../../../../src/core/access.ts';

/** Never hidden, never covered: how many alerts wait, and the most urgent of them with what to do about it. */
export function Banner() {
  const { alerts, clock, zone, go, live, may } = useStation();
  const { acknowledge } = useAcknowledge();
  const counts = createMemo(() => countByPriority(alerts.open()));
  const urgent = createMemo(() => mostUrgent(alerts.open()));
  const canAcknowledge = (): boolean => live() && may('acknowledge') && urgent() !== undefined;
  const open = (): void => {
    const alert = urgent();
    if (alert !== undefined) go(whyRoute(alert));
  };
  const take = (): void => {
    const alert = urgent();
    if (alert !== undefined && canAcknowledge()) acknowledge([alert.id]);
  };
  useKeys(() => [
    { caption: 'B', text: 'open the incident of the banner alarm', on: ['b'], run: open },
    { caption: '⇧A', text: 'acknowledge it', on: ['Shift+a'], run: take },
  ]);
  return (
    <section class="banner" aria-label="Alarm banner">
      <div class="counts">
        <For each={counts()} fallback={null}>
          {(count) => (
            <Show when={count.total > 0}>
              <a href={routeHash({ page: 'alarms', tab: 'active' })} title={`${count.total} open`}>
                <Show when={count.worst}>{(worst) => <Badge priority={worst().priority} state={worst().state} />}</Show>
                <b>{count.fresh}</b>
                <small>new of {count.total}</small>
              </a>
            </Show>
          )}
        </For>
        <Show when={counts().every((count) => count.total === 0)}>
          <span class="none">{alerts.known() ? '0 open' : 'Reading alerts'}</span>
        </Show>
      </div>
      <Show
        when={urgent()}
        fallback={
          <div class="urgent">
            <span class="none">
              No new alarms<Show when={learningText()}>{(text) => <> · {text()}</>}</Show>
            </span>
          </div>
        }
      >
        {(alert) => (
          <>
            <div class="urgent">
              <Badge priority={alert().priority} state={alert().state} size={30} />
              <span class="what ellipsis" title={alert().explanation.sentence}>
                <Show when={subjectOf(alert())}>{(subject) => <b>{subject()} </b>}</Show>
                {alert().title}
              </span>
              <span class="since">
                {zone().moment(alert().since, clock.second())} · {lastedText(alert(), clock.second())}
              </span>
            </div>
            <div class="acts">
              <Button
                primary
                key="⇧A"
                disabled={!canAcknowledge()}
                onPress={take}
                title={may('acknowledge') ? undefined : `Needs role ${rolesText('acknowledge')}`}
              >
                Acknowledge
              </Button>
              <Button key="B" onPress={open}>
                Open
              </Button>
            </div>
          </>
        )}
      </Show>
      <Announcer />
    </section>
  );
}

/** Tells readers without sight of new alarms: priority 1 at once, at most one in five seconds; others when there is a pause. */
function Announcer() {
  const { alerts } = useStation();
  const [assertive, setAssertive] = createSignal('');
  const [polite, setPolite] = createSignal('');
  let saidAt = 0;
  const urgent = createMemo(() => mostUrgent(alerts.open()));
  createEffect(
    on(
      () => urgent()?.id,
      () => {
        const alert = urgent();
        if (alert === undefined) return;
        const text = `${alert.priority === 'A' ? 'Anomaly' : `Priority ${alert.priority}`}: ${alert.equipment} ${alert.title}`;
        if (alert.priority !== 1) setPolite(text);
        else if (performance.now() - saidAt > 5000) {
          saidAt = performance.now();
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
