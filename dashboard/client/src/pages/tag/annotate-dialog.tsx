import { createSignal, Show } from 'solid-js';
import { annotationLimits } from '../../../../../src/core/annotation.ts';
import { rolesText } from '../../../../../src/core/access.ts';
import { localField, timeOfField } from '../../pure/trend/local-time.ts';
import { failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Adds an annotation at a time; every trend that covers the time shows it. */
export function AnnotateDialog(props: {
  /** Time that the field proposes, ms UTC. */
  readonly at: number;
  readonly onClose: () => void;
}) {
  const { annotations, may, settings, site } = useApp();
  const zone = settings.utc() ? 'UTC' : site.timeZone;
  const [time, setTime] = createSignal(localField(props.at, zone));
  const [note, setNote] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  /** The proposed time to the second, if its field is unchanged. */
  const chosen = (): number => (time() === localField(props.at, zone) ? props.at : timeOfField(time(), zone));
  const isComplete = (): boolean => may('annotate') && note().trim() !== '' && Number.isFinite(chosen());
  const send = async (): Promise<void> => {
    if (!isComplete()) return;
    try {
      await annotations.add(chosen(), note().trim());
      props.onClose();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <Dialog title={texts.title.annotate} onClose={props.onClose}>
      <form
        class="decide"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label>
          {texts.label.annotation}
          <input
            class="field"
            name="text"
            autocomplete="off"
            maxlength={annotationLimits.text}
            value={note()}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <label>
          {texts.label.annotationTime(zone)}
          <input
            class="field"
            name="time"
            type="datetime-local"
            value={time()}
            onInput={(event) => setTime(event.currentTarget.value)}
          />
        </label>
        <button type="submit" hidden />
      </form>
      <p>{may('annotate') ? texts.sentence.annotationHint : texts.sentence.mayNotAnnotate(rolesText('annotate'))}</p>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button primary disabled={!isComplete()} onPress={() => void send()}>
          {texts.button.annotate}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
