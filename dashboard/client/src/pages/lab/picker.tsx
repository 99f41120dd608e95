import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { formatSpan } from '../../pure/format.ts';
import { Button } from '../../ui/button.tsx';

const difficulty = ['', 'easy', 'medium', 'hard'] as const;

/** Which attack, fault or look-alike: technique, physical result, difficulty, duration, and what success is. */
export function Picker(props: {
  readonly scenarios: readonly Scenario[];
  readonly selected: Scenario | undefined;
  readonly running: string | undefined;
  readonly failure: string | undefined;
  /** Why this machine does not reach some speed. */
  readonly speed: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onStart: ((id: string) => void) | undefined;
}) {
  const [text, setText] = createSignal('');
  const found = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    return props.scenarios.filter((one) =>
      `${one.id} ${one.title} ${one.kind} ${one.techniques.join(' ')}`.toLowerCase().includes(wanted),
    );
  });
  return (
    <>
      <input
        id="find-scenario"
        class="field"
        type="search"
        placeholder="Find by name or technique  /"
        aria-label="Find by name or technique"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <ul class="picks">
        <For each={found()} fallback={<li class="dim">No scenario has this text.</li>}>
          {(one) => (
            <li>
              <button type="button" aria-pressed={props.selected?.id === one.id} onClick={() => props.onSelect(one.id)}>
                <b>
                  {one.title}
                  <Show when={props.running === one.id}> (running)</Show>
                </b>
                <span class="mono">{one.techniques[0] ?? one.kind}</span>
                <small class="ellipsis" title={one.physicalResult}>
                  {one.physicalResult}
                </small>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.selected}>
        {(one) => (
          <div class="pick-detail rule" tabindex="0" role="region" aria-label="Chosen scenario">
            <p>{one().description}</p>
            <dl class="facts">
              <dt>Kind</dt>
              <dd>
                {one().kind}, {difficulty[one().difficulty]}, {formatSpan(one().durationS * 1000)}
              </dd>
              <dt>Success</dt>
              <dd>
                {one().expect === undefined
                  ? 'nothing may be raised'
                  : `a finding within ${formatSpan((one().expect?.withinS ?? 0) * 1000)}`}
              </dd>
              <dt>Target</dt>
              <dd>the simulated plant on this computer (loopback)</dd>
              <Show when={props.speed}>
                <dt>Speed</dt>
                <dd>{props.speed}</dd>
              </Show>
            </dl>
            <Show when={props.failure}>
              <p role="alert">
                <b>{props.failure}</b>
              </p>
            </Show>
            <Button primary disabled={props.onStart === undefined} onPress={() => props.onStart?.(one().id)}>
              {props.running === one().id ? 'Running' : 'Start'}
            </Button>
          </div>
        )}
      </Show>
    </>
  );
}
