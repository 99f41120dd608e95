import { createSignal } from 'solid-js';
import { needsAcknowledgement, type Alert } from '../../../../../src/core/alert.ts';
import { act } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { NoteField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Dialog for a note: with the acknowledgement of alerts, or as a comment on the incident of the first one. */
export function NoteDialog(props: { readonly alerts: readonly Alert[]; readonly onClose: () => void }) {
  const { alerts, may } = useApp();
  const [note, setNote] = createSignal('');
  const waiting = (): string[] => props.alerts.filter(({ state }) => needsAcknowledgement(state)).map(({ id }) => id);
  return (
    <ActDialog
      title={texts.title.note}
      text={texts.button.acknowledgeNote(waiting().length)}
      disabled={!may('acknowledge') || waiting().length === 0 || note() === ''}
      run={() => alerts.acknowledge(waiting(), note())}
      onClose={props.onClose}
      more={(perform, isBusy) => (
        <Button
          disabled={!may('judge') || note() === '' || isBusy()}
          onPress={() => perform(() => act('POST /api/incident/comment', { id: props.alerts[0]?.incident ?? '', note: note() }))}
        >
          {shared.button.comment}
        </Button>
      )}
    >
      <p>{props.alerts[0]?.title}</p>
      <NoteField value={note()} onInput={setNote} />
    </ActDialog>
  );
}
