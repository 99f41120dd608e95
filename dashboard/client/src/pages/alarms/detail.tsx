import { Show } from 'solid-js';
import { rolesText } from '../../../../../src/core/access.ts';
import { type Alert, mainTag } from '../../../../../src/core/alert.ts';
import { limitText, placeOf, stateTextAt, verdictWords } from '../../pure/alerts/alert-words.ts';
import { howSure } from '../../pure/alerts/how-sure.ts';
import { incidentName } from '../../pure/alerts/incidents.ts';
import { routeHash, whyRoute } from '../../pure/route.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Rationale, ResponseSteps } from '../../ui/response.tsx';
import { Value } from '../../ui/value.tsx';
import { MakeAlarm } from '../system/alarms/make-alarm.tsx';
import { TagTrend } from '../small-trend.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** One alert: value and limit, its last half hour, response, explanation, actions. */
export function AlertDetail(props: {
  readonly alert: Alert;
  readonly count: number;
  readonly onAcknowledge: (() => void) | undefined;
  readonly onShelve: (() => void) | undefined;
  /** Undefined unless the alert waits for a reset that the user may do. */
  readonly onReset: (() => void) | undefined;
  readonly onTrend: () => void;
  readonly onDisplay: () => void;
  readonly onWhy: () => void;
}) {
  const { tags: catalogue, alerts, site, zone, clock } = useApp();
  const tags = useNamedTags(catalogue, () => [mainTag(props.alert) ?? '']);
  const tag = () => (tags.state === 'errored' ? undefined : tags.latest?.find((one) => one.name === mainTag(props.alert)));
  const group = () => alerts.open().filter((alert) => alert.incident === props.alert.incident).length;
  const place = () =>
    [...new Set([placeOf(props.alert, site.areas), props.alert.equipment, tag()?.device ?? ''])].filter(Boolean).join(' · ');
  const limit = () => limitText(props.alert, tag()?.decimals ?? 2);
  return (
    <aside class="panel detail" aria-label={texts.title.chosen}>
      <div class="title">
        <Badge priority={props.alert.priority} state={props.alert.state} size={30} />
        <div>
          <h2>{props.alert.title}</h2>
          <p class="dim">{place()}</p>
        </div>
      </div>
      <dl class="facts rule">
        <Show when={tag()} keyed>
          {(one) => (
            <>
              <dt>{texts.label.now}</dt>
              <dd>
                {one.name} <Value tag={one} />
              </dd>
            </>
          )}
        </Show>
        <Show when={limit() !== ''}>
          <dt>{texts.column.limit}</dt>
          <dd>
            {limit()} {tag()?.unit}
          </dd>
        </Show>
        <dt>{shared.column.state}</dt>
        <dd>
          {stateTextAt(props.alert, clock.second())}
          <Show when={props.alert.state === 'E' || props.alert.state === 'F'}> ({texts.note.resetBy(rolesText('reset'))})</Show>
        </dd>
        <Show when={props.alert.shelf}>
          {(shelf) => (
            <>
              <dt>{texts.label.shelvedUntil}</dt>
              <dd>
                {zone().moment(shelf().until, clock.second())} ({shelf().by.role}): {shelf().reason}
              </dd>
            </>
          )}
        </Show>
        <Show when={props.alert.suppressed}>
          {(suppressed) => (
            <>
              <dt>{texts.label.cause}</dt>
              <dd>{suppressed().cause}</dd>
            </>
          )}
        </Show>
        <Show when={props.alert.verdict}>
          {(verdict) => (
            <>
              <dt>{shared.column.verdict}</dt>
              <dd>{verdictWords[verdict().word]}</dd>
            </>
          )}
        </Show>
        <dt>{shared.column.incident}</dt>
        <dd>
          <a href={routeHash(whyRoute(props.alert))}>{incidentName(props.alert)}</a>, {shared.note.open(group())}
        </dd>
      </dl>
      <Show when={tag()} keyed>
        {(one) => <TagTrend tag={one} />}
      </Show>
      <div class="text" tabindex="0" role="region" aria-label={texts.title.meaning}>
        <Show when={props.alert.response !== ''}>
          <h3>{shared.title.response}</h3>
          <ResponseSteps alert={props.alert} />
        </Show>
        <h3>{texts.title.explanation}</h3>
        <p>
          {props.alert.explanation.sentence} {howSure(props.alert)}
        </p>
        <Rationale alert={props.alert} />
      </div>
      <div class="acts">
        <Button primary key="A" disabled={props.onAcknowledge === undefined} onPress={() => props.onAcknowledge?.()}>
          {shared.button.acknowledgeCount(props.count)}
        </Button>
        <Button key="S" disabled={props.onShelve === undefined} onPress={() => props.onShelve?.()}>
          {texts.button.shelve(props.count)}
        </Button>
        <Show when={props.onReset}>
          {(reset) => (
            <Button key="R" onPress={() => reset()()}>
              {texts.button.reset}
            </Button>
          )}
        </Show>
        <Button key="W" onPress={props.onWhy}>
          {shared.button.explain}
        </Button>
        <Button key="D" onPress={props.onDisplay}>
          {shared.button.openUnit}
        </Button>
        <Button key="T" disabled={props.alert.tags.length === 0} onPress={props.onTrend}>
          {shared.button.openTrend}
        </Button>
        <MakeAlarm alert={props.alert} />
      </div>
    </aside>
  );
}
