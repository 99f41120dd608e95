import { Show } from 'solid-js';
import { watchingWords } from '../pure/watching-words.ts';
import { useStation } from '../store/station.ts';

/** "Learning normal running, 42 %": what the monitor can not judge yet. Undefined once the baseline stands. */
export function learningText(): string | undefined {
  const learning = useStation().health.health()?.learning;
  if (learning === undefined || learning.state === 'ready') return undefined;
  if (learning.state === 'unlearned') return `No baseline: ${watchingWords(learning.watching)}`;
  return `Learning normal running, ${Math.floor(learning.progress * 100)} %`;
}

/** The same on stripes, for the line of tools of every page. */
export function LearningMark() {
  const { health } = useStation();
  return (
    <Show when={learningText()}>
      {(text) => (
        <span class="learning stripes" title={health.health()?.learning.text}>
          <span>{text()}</span>
        </span>
      )}
    </Show>
  );
}
