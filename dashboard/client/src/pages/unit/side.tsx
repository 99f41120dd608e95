import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { openText } from '../../pure/alerts/urgency.ts';
import { AlertRows } from '../../ui/alert-rows.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/panel.tsx';
import { Rationale, ResponseSteps } from '../../ui/response.tsx';
import { Value } from '../../ui/value.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Side panel of a unit: alerts, response to the selected one, running hours, actions. */
export function UnitSide(props: {
  readonly alerts: readonly Alert[];
  readonly selected: Alert | undefined;
  readonly onSelect: (id: string) => void;
  readonly tags: readonly TagInfo[];
  readonly onAcknowledge: (() => void) | undefined;
  readonly onTrend: (() => void) | undefined;
  readonly onWhy: (() => void) | undefined;
}) {
  const hours = createMemo(() => props.tags.filter((tag) => tag.unit === 'h' && tag.kind !== 'text').slice(0, 6));
  return (
    <aside class="panel side" aria-label={texts.title.alerts}>
      <header class="panel-head">
        <h2>{texts.title.thisUnit}</h2>
        <span class="end">{openText(props.alerts)}</span>
      </header>
      <Show when={props.alerts.length > 0} fallback={<Empty>{texts.sentence.noAlerts}</Empty>}>
        <AlertRows alerts={props.alerts} selected={props.selected?.id} onSelect={props.onSelect} />
      </Show>
      <Show when={props.selected}>
        {(alert) => (
          <>
            <header class="panel-head rule">
              <h2>{shared.title.response}</h2>
            </header>
            <div class="todo" tabindex="0" role="region" aria-label={shared.title.response}>
              <Response alert={alert()} />
            </div>
          </>
        )}
      </Show>
      <Show when={hours().length > 0}>
        <dl class="facts ends rule large-only">
          <For each={hours()}>
            {(tag) => (
              <>
                <dt>{tag.description}</dt>
                <dd>
                  <Value tag={tag} />
                </dd>
              </>
            )}
          </For>
        </dl>
      </Show>
      <div class="acts">
        <Button primary key="A" disabled={props.onAcknowledge === undefined} onPress={() => props.onAcknowledge?.()}>
          {shared.button.acknowledge}
        </Button>
        <Button key="T" disabled={props.onTrend === undefined} onPress={() => props.onTrend?.()}>
          {shared.button.openTrend}
        </Button>
        <Button key="W" disabled={props.onWhy === undefined} onPress={() => props.onWhy?.()}>
          {shared.button.explain}
        </Button>
      </div>
    </aside>
  );
}

/** The agreed response, or the explanation of an anomaly, which has no response. */
export function Response(props: { readonly alert: Alert }) {
  return (
    <Show
      when={props.alert.response !== ''}
      fallback={
        <p>
          {props.alert.explanation.sentence} <span class="dim">{texts.sentence.noResponse}</span>
        </p>
      }
    >
      <ResponseSteps alert={props.alert} />
      <Rationale alert={props.alert} />
    </Show>
  );
}
