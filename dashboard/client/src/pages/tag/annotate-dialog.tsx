import { createSignal } from 'solid-js';
import { annotationLimits } from '../../../../../src/core/annotation.ts';
import { rolesText } from '../../../../../src/core/access.ts';
import { localField, timeOfField } from '../../pure/trend/local-time.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
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
  /** The proposed time to the second, if its field is unchanged. */
  const chosen = (): number => (time() === localField(props.at, zone) ? props.at : timeOfField(time(), zone));
  const isComplete = (): boolean => may('annotate') && note().trim() !== '' && Number.isFinite(chosen());
  return (
    <ActDialog
      title={texts.title.annotate}
      text={texts.button.annotate}
      disabled={!isComplete()}
      run={() => annotations.add(chosen(), note().trim())}
      onClose={props.onClose}
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
      <p>{may('annotate') ? texts.sentence.annotationHint : texts.sentence.mayNotAnnotate(rolesText('annotate'))}</p>
    </ActDialog>
  );
}
