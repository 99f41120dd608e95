import { For, Show } from 'solid-js';
import type { Alert } from '../../../../src/core/alert.ts';
import { formatAge } from '../pure/format.ts';
import { shared } from '../text.ts';
import { Stays } from './stays.tsx';

/** Response to an alarm, step by step, with its time, and until when an alarm without findings stays. */
export function ResponseSteps(props: { readonly alert: Alert }) {
  const steps = () => props.alert.response.split('\n');
  return (
    <>
      <Stays alert={props.alert} />
      <Show when={props.alert.rationale}>
        {(rationale) => <p>{shared.sentence.respondWithin(formatAge(rationale().respondWithinMs))}</p>}
      </Show>
      <Show when={steps().length > 1} fallback={<p>{props.alert.response}</p>}>
        <ol class="steps">
          <For each={steps()}>{(step) => <li>{step}</li>}</For>
        </ol>
      </Show>
    </>
  );
}

/** Cause and consequence of an alarm by its record; nothing for other alerts. */
export function Rationale(props: { readonly alert: Alert }) {
  return (
    <Show when={props.alert.rationale}>
      {(rationale) => (
        <>
          <h3>{shared.title.consequence}</h3>
          <p>{rationale().consequence}</p>
          <h3>{shared.title.cause}</h3>
          <p>{rationale().cause}</p>
          <p class="dim">{shared.note.record(rationale().record, rationale().version, rationale().class, rationale().owner)}</p>
        </>
      )}
    </Show>
  );
}
