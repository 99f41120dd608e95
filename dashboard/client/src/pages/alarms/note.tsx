import { createSignal, Show } from 'solid-js';
import { needsAcknowledgement, type Alert } from '../../../../../src/core/alert.ts';
import { act, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { NoteField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Dialog for a note: with the acknowledgement of alerts, or as a comment on the incident of the first one. */
export function NoteDialog(props: { readonly alerts: readonly Alert[]; readonly onClose: () => void }) {
  const { alerts, may } = useApp();
  const [note, setNote] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  const waiting = (): string[] => props.alerts.filter(({ state }) => needsAcknowledgement(state)).map(({ id }) => id);
  const send = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      props.onClose();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const comment = (): void => {
    const [first] = props.alerts;
    if (first !== undefined) void send(act('POST /api/incident/comment', { id: first.incident, note: note() }));
  };
  return (
    <Dialog title={texts.title.note} onClose={props.onClose}>
      <p>{props.alerts[0]?.title}</p>
      <NoteField value={note()} onInput={setNote} />
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button
          primary
          disabled={!may('acknowledge') || waiting().length === 0 || note() === ''}
          onPress={() => void send(alerts.acknowledge(waiting(), note()))}
        >
          {texts.button.acknowledgeNote(waiting().length)}
        </Button>
        <Button disabled={!may('judge') || note() === ''} onPress={comment}>
          {shared.button.comment}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
