import { createSignal, Show } from 'solid-js';
import { triageStates, type Triage, type TriageState } from '../../../../../src/core/alert.ts';
import { act } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Choice } from '../../ui/button.tsx';
import { NoteField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** `In progress, assigned to anna (analyst)`; empty before the first triage. */
export function triageText(triage: Pick<Triage, 'state' | 'assignee'> | undefined): string {
  if (triage === undefined) return '';
  const { state, assignee } = triage;
  const words = shared.label.triage[state];
  return assignee === undefined ? words : texts.note.assigned(words, assignee.user ?? assignee.role);
}

/** Dialog for a comment on an incident, and for its triage if the role may do that. */
export function WorkDialog(props: {
  readonly incident: string;
  readonly triage: Triage | undefined;
  readonly onClose: () => void;
}) {
  const { may } = useApp();
  const [state, setState] = createSignal<TriageState>(props.triage?.state ?? 'new');
  const [assignee, setAssignee] = createSignal<'me' | 'nobody'>();
  const [note, setNote] = createSignal('');
  const isChanged = (): boolean => assignee() !== undefined || state() !== (props.triage?.state ?? 'new');
  const save = async (): Promise<void> => {
    const id = props.incident;
    if (note() !== '') await act('POST /api/incident/comment', { id, note: note() });
    // who changes the state works on it
    if (isChanged()) await act('POST /api/incident/triage', { id, state: state(), assignee: assignee() ?? 'me' });
  };
  return (
    <ActDialog
      title={texts.title.workOn(props.incident)}
      text={texts.button.saveWork}
      disabled={note() === '' && !isChanged()}
      run={save}
      onClose={props.onClose}
    >
      <NoteField value={note()} onInput={setNote} />
      <Show when={may('triage')}>
        <p class="dim">{triageText(props.triage)}</p>
        <Choice
          label={texts.label.triage}
          options={triageStates.map((value) => ({ value, text: shared.label.triage[value] }))}
          value={state()}
          onChoose={setState}
        />
        <Choice
          label={texts.label.assignee}
          options={(['me', 'nobody'] as const).map((value) => ({ value, text: texts.label.assignees[value] }))}
          value={assignee()}
          onChoose={setAssignee}
        />
      </Show>
    </ActDialog>
  );
}
