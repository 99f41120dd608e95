import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import type { IncidentChange } from '../../../../protocol.ts';
import { orderOf } from '../../pure/order.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What happened in which order; the first finding at the top. */
export function Order(props: {
  readonly alerts: readonly Alert[];
  readonly changes: readonly IncidentChange[];
  /** Loads the steps before these; undefined where there are none. */
  readonly onEarlier: (() => void) | undefined;
}) {
  const { zone, clock } = useStation();
  const lines = createMemo(() => orderOf(props.alerts, props.changes));
  return (
    <Panel title="In this order" end="first-out at the top">
      <ol class="order" tabindex="0" aria-label="Order of events">
        <For each={lines()}>
          {(line, index) => (
            <li>
              <span class="time">{zone().moment(line.time, clock.second())}</span>
              <i classList={{ full: line.kind === 'finding' }} />
              <span>
                <Show when={index() === 0} fallback={line.text}>
                  <b>{line.text}</b>
                </Show>{' '}
                <Show when={line.times}>
                  {(times) => (
                    <>
                      ({times()} times, last {zone().moment(line.lastAt ?? line.time, clock.second())}){' '}
                    </>
                  )}
                </Show>
                <span class="dim">{line.by}</span>
              </span>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.onEarlier !== undefined}>
        <div class="acts">
          <Button onPress={() => props.onEarlier?.()}>Show earlier steps</Button>
        </div>
      </Show>
    </Panel>
  );
}
