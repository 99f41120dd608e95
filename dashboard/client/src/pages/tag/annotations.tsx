import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Annotation } from '../../../../../src/core/annotation.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { annotationText } from '../../ui/trend/annotation-text.ts';
import { texts } from './text.ts';

/** The annotations of the visible window in words; the trends show where they are. */
export function AnnotationList(props: { readonly window: { readonly from: number; readonly to: number } }) {
  const { annotations, zone, may } = useApp();
  const [removed, setRemoved] = createSignal<Annotation>();
  const shown = createMemo(() => annotations.within(props.window.from, props.window.to).toReversed());
  return (
    <div class="rule annotations" tabindex="0" role="region" aria-label={texts.title.annotations}>
      <h2>{texts.title.annotations}</h2>
      <Show when={annotations.failure()}>
        {(text) => (
          <p role="alert">
            {texts.sentence.annotationsMissing} {text()}
          </p>
        )}
      </Show>
      <For each={shown()} fallback={<p class="dim">{texts.sentence.noAnnotations}</p>}>
        {(one) => (
          <p>
            {annotationText(one, zone())}{' '}
            <Show when={may('annotate')}>
              <button type="button" class="link" onClick={() => setRemoved(one)}>
                {texts.button.remove}
                <span class="unseen">: {one.text}</span>
              </button>
            </Show>
          </p>
        )}
      </For>
      <Show when={removed()}>{(one) => <RemoveDialog annotation={one()} onClose={() => setRemoved(undefined)} />}</Show>
    </div>
  );
}

function RemoveDialog(props: { readonly annotation: Annotation; readonly onClose: () => void }) {
  const { annotations, zone } = useApp();
  return (
    <ActDialog
      title={texts.title.removeAnnotation}
      text={texts.button.remove}
      run={() => annotations.remove(props.annotation.id)}
      onClose={props.onClose}
    >
      <p>{annotationText(props.annotation, zone())}</p>
      <p>{texts.sentence.removedStays}</p>
    </ActDialog>
  );
}
