import { createMemo, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import type { IncidentChange } from '../../../../api/index.ts';
import { sequenceOf } from '../../pure/alerts/sequence.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { texts } from './text.ts';

/** The first sentence says what happened; what is normal follows it. */
const firstSentence = (text: string): string => /^.*?\.(?= [A-Z]|$)/.exec(text)?.[0] ?? text;

/** Sequence of events of an incident, first-out at the top. */
export function Sequence(props: {
  readonly alerts: readonly Alert[];
  readonly changes: readonly IncidentChange[];
  /** Loads earlier events; undefined if there are none. */
  readonly onEarlier: (() => void) | undefined;
}) {
  const { zone, clock } = useApp();
  const lines = createMemo(() => sequenceOf(props.alerts, props.changes));
  return (
    <Panel title={texts.title.sequence} end={texts.note.firstOut}>
      <ol class="order" tabindex="0" aria-label={texts.title.sequence}>
        <For each={lines()}>
          {(line, index) => (
            <li>
              <span class="time">{zone().moment(line.time, clock.second())}</span>
              <i classList={{ full: line.kind === 'finding' }} />
              <span title={line.text}>
                <Show when={index() === 0} fallback={firstSentence(line.text)}>
                  <b>{firstSentence(line.text)}</b>
                </Show>{' '}
                <Show when={line.times}>
                  {(times) => <>{texts.note.repeated(times(), zone().moment(line.lastAt ?? line.time, clock.second()))} </>}
                </Show>
                <span class="dim">{line.by}</span>
              </span>
            </li>
          )}
        </For>
      </ol>
      <Show when={props.onEarlier !== undefined}>
        <div class="acts">
          <Button onPress={() => props.onEarlier?.()}>{texts.button.earlier}</Button>
        </div>
      </Show>
    </Panel>
  );
}
