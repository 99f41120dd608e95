import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { placeMarks, type LanePoint } from '../../pure/trend/lane-marks.ts';
import { Badge } from '../../ui/badge.tsx';
import { texts } from './text.ts';

/** A point on a lane: an executed step, a planned step, or an alert. */
export interface LaneEvent extends LanePoint {
  /** Technique, time since the start, "planned". */
  readonly more: readonly string[];
  /** Filled if it has happened, hollow if it is planned. */
  readonly done: boolean;
  /** Round for harmless events. */
  readonly round?: boolean;
  /** Shown as its badge. */
  readonly alert?: Alert | undefined;
}

/** Rows of texts in a lane. */
const rows = 3;

/** One lane of the timeline with its name on the left. */
export function Lane(props: {
  readonly title: string;
  readonly about: string;
  readonly events?: readonly LaneEvent[];
  readonly children?: JSX.Element;
}) {
  const placed = createMemo(() => placeMarks(props.events ?? [], rows));
  return (
    <div class="lane" role="group" aria-label={props.title}>
      <span class="about">
        {props.title}
        <br />
        {props.about}
      </span>
      <span class="lane-track">
        {props.children}
        <For each={placed()}>
          {(event) => (
            <span
              class="lane-mark"
              classList={{ end: event.toLeft, last: event.isLast }}
              style={{
                left: `${event.at * 100}%`,
                top: `${3 + event.row * (96 / rows)}%`,
                // within the lane on a narrow screen too
                'max-width': `${(event.toLeft ? event.at : 1 - event.at) * 100}%`,
              }}
              title={event.text}
            >
              <Show when={event.alert} fallback={<i classList={{ done: event.done, round: event.round === true }} />}>
                {(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}
              </Show>
              <span class="words">
                <span class="ellipsis">{event.text}</span>
                <small class="dim">
                  {event.more.filter(Boolean).join(' ')}
                  <Show when={event.hidden > 0}> {texts.note.more(event.hidden)}</Show>
                </small>
              </span>
            </span>
          )}
        </For>
      </span>
    </div>
  );
}
