import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import type { TagInfo } from '../../../../protocol.ts';
import { openText } from '../../pure/urgency.ts';
import { AlertRows } from '../../ui/alert-rows.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/panel.tsx';
import { Value } from '../../ui/value.tsx';

/** This unit's alerts, what to do about the chosen one, running hours, acts. */
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
    <aside class="panel side" aria-label="Alerts of this unit">
      <header class="panel-head">
        <h2>This unit</h2>
        <span class="end">{openText(props.alerts)}</span>
      </header>
      <Show when={props.alerts.length > 0} fallback={<Empty>No open alerts in this area.</Empty>}>
        <AlertRows alerts={props.alerts} selected={props.selected?.id} onSelect={props.onSelect} />
      </Show>
      <Show when={props.selected}>
        {(alert) => (
          <>
            <header class="panel-head rule">
              <h2>What to do</h2>
            </header>
            <div class="todo" tabindex="0" role="region" aria-label="What to do">
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
          Acknowledge
        </Button>
        <Button key="T" disabled={props.onTrend === undefined} onPress={() => props.onTrend?.()}>
          Trend
        </Button>
        <Button key="W" disabled={props.onWhy === undefined} onPress={() => props.onWhy?.()}>
          Why
        </Button>
      </div>
    </aside>
  );
}

/** The agreed response; an anomaly has none, and its sentence stands instead. */
export function Response(props: { readonly alert: Alert }) {
  return (
    <Show
      when={props.alert.response !== ''}
      fallback={
        <p>
          {props.alert.explanation.sentence} <span class="dim">An anomaly has no agreed response: look at why first.</span>
        </p>
      }
    >
      <p>{props.alert.response}</p>
    </Show>
  );
}
