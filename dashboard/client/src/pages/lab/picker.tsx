import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { formatDuration } from '../../pure/format.ts';
import { Button } from '../../ui/button.tsx';
import { texts } from './text.ts';

/** List of scenarios with the detail of the selected one: kind, difficulty, duration, success. */
export function Picker(props: {
  readonly scenarios: readonly Scenario[];
  readonly selected: Scenario | undefined;
  readonly running: string | undefined;
  readonly failure: string | undefined;
  /** Id of a scenario that was asked for, and that the running plant does not have. */
  readonly elsewhere: string | undefined;
  /** The reason for which this machine cannot reach some speed. */
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
        placeholder={`${texts.label.find}  /`}
        aria-label={texts.label.find}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Show when={props.elsewhere}>{(id) => <p role="status">{texts.sentence.elsewhere(id())}</p>}</Show>
      <ul class="picks">
        <For each={found()} fallback={<li class="dim">{texts.sentence.noMatch}</li>}>
          {(one) => (
            <li>
              <button type="button" aria-pressed={props.selected?.id === one.id} onClick={() => props.onSelect(one.id)}>
                <b>
                  {one.title}
                  <Show when={props.running === one.id}> {texts.note.runningMark}</Show>
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
          <>
            <div class="pick-detail rule" tabindex="0" role="region" aria-label={texts.title.chosen}>
              <p>{one().description}</p>
              <dl class="facts">
                <dt>{texts.label.kind}</dt>
                <dd>
                  {one().kind}, {texts.note.difficulty[one().difficulty]}, {formatDuration(one().durationS * 1000)}
                </dd>
                <dt>{texts.label.success}</dt>
                <dd>
                  {one().expect === undefined
                    ? texts.note.nothingRaised
                    : texts.note.findingWithin(formatDuration((one().expect?.withinS ?? 0) * 1000))}
                </dd>
                <dt>{texts.label.target}</dt>
                <dd>{texts.note.loopback}</dd>
                <Show when={props.speed}>
                  <dt>{texts.label.speed}</dt>
                  <dd>{props.speed}</dd>
                </Show>
              </dl>
              <Show when={props.failure}>
                <p role="alert">
                  <b>{props.failure}</b>
                </p>
              </Show>
            </div>
            <Button primary disabled={props.onStart === undefined} onPress={() => props.onStart?.(one().id)}>
              {texts.button.start}
            </Button>
          </>
        )}
      </Show>
    </>
  );
}
