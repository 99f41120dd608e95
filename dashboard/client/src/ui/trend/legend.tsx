import { For, Show } from 'solid-js';
import { penDashes } from './theme.ts';
import './trend.css';
import { shared } from '../../text.ts';

/** Line style of a pen. @param style number of the style, counted from 0 */
export function PenSample(props: { readonly style: number }) {
  return (
    <svg class="pen-sample" aria-hidden="true">
      <path
        class={`pen pen-${(props.style % penDashes.length) + 1}`}
        d="M0 6H26"
        stroke-dasharray={(penDashes[props.style % penDashes.length] ?? []).join(' ')}
      />
    </svg>
  );
}

/** Legend of a trend; lines have their names at their ends too. */
export function Legend(props: {
  readonly pens: readonly string[];
  readonly expected?: boolean;
  readonly band?: boolean;
  readonly finding?: boolean;
  readonly limit?: boolean;
  readonly cursor?: boolean;
  /** Thin lines of an earlier time. */
  readonly earlier?: boolean;
}) {
  return (
    <p class="legend">
      <For each={props.pens.slice(0, 1)}>
        {(pen) => (
          <span>
            <svg aria-hidden="true">
              <path class="pen" d="M0 6H26" stroke-dasharray={(penDashes[0] ?? []).join(' ')} />
            </svg>
            {shared.note.legend.measured(pen)}
          </span>
        )}
      </For>
      <Show when={props.expected}>
        <span>
          <svg aria-hidden="true">
            <path class="pen" d="M0 6H26" stroke-dasharray="2 4" />
          </svg>
          {shared.note.legend.expected}
        </span>
      </Show>
      <Show when={props.earlier}>
        <span>
          <svg aria-hidden="true">
            <path class="pen earlier" d="M0 6H26" />
          </svg>
          {shared.note.legend.earlier}
        </span>
      </Show>
      <Show when={props.band}>
        <span>
          <svg aria-hidden="true">
            <rect class="band" x="0.5" y="1.5" width="25" height="9" />
          </svg>
          {shared.note.legend.band}
        </span>
      </Show>
      <Show when={props.finding}>
        <span>
          <svg aria-hidden="true">
            <rect class="span" width="26" height="12" />
          </svg>
          {shared.note.legend.finding}
        </span>
      </Show>
      <Show when={props.limit}>
        <span>
          <svg aria-hidden="true">
            <path class="pen" d="M0 6H26" stroke-dasharray="8 4" />
          </svg>
          {shared.note.legend.limit}
        </span>
      </Show>
      <Show when={props.cursor}>
        <span class="large-only">
          <svg aria-hidden="true">
            <path class="cursor" d="M13 0V12" />
          </svg>
          {shared.note.legend.cursor}
        </span>
      </Show>
    </p>
  );
}
