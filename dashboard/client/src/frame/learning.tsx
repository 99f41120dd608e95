import { Show } from 'solid-js';
import { watchingWords } from '../pure/state/watching-words.ts';
import { useApp } from '../store/app-context.ts';
import { texts } from './text.ts';

/** Progress of the first calibration, e.g. "Learning normal operation, 42 %". Undefined once there is a baseline. */
export function learningText(): string | undefined {
  const learning = useApp().health.health()?.learning;
  if (learning === undefined || learning.state === 'ready') return undefined;
  if (learning.state === 'unlearned') return texts.label.noBaseline(watchingWords(learning.watching));
  return texts.label.learning(Math.floor(learning.progress * 100));
}

/** The progress of the first calibration on stripes, for the tools of every page. */
export function LearningMark() {
  const { health } = useApp();
  return (
    <Show when={learningText()}>
      {(text) => (
        <span class="learning stripes" title={health.health()?.learning.text}>
          <span class="ellipsis">{text()}</span>
        </span>
      )}
    </Show>
  );
}
