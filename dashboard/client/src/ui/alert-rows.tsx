import { For } from 'solid-js';
import { needsAcknowledgement, type Alert } from '../../../../src/core/alert.ts';
import { repeatsText } from '../pure/alerts/alert-words.ts';
import { useApp } from '../store/app-context.ts';
import './alert-rows.css';
import { Badge } from './badge.tsx';

/** A short list of alerts, one of them chosen. */
export function AlertRows(props: {
  readonly alerts: readonly Alert[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}) {
  const { zone, clock } = useApp();
  return (
    <ul class="alert-rows">
      <For each={props.alerts}>
        {(alert) => (
          <li>
            <button type="button" aria-pressed={props.selected === alert.id} onClick={() => props.onSelect(alert.id)}>
              <Badge priority={alert.priority} state={alert.state} />
              <span classList={{ new: needsAcknowledgement(alert.state) }}>{alert.title}</span>
              <small class="ellipsis" title={alert.explanation.sentence}>
                {zone().moment(alert.since, clock.second())} ·{' '}
                {[repeatsText(alert, (time) => zone().time(time)), alert.explanation.sentence].filter(Boolean).join('. ')}
              </small>
            </button>
          </li>
        )}
      </For>
    </ul>
  );
}
