import { createSignal } from 'solid-js';
import { verdicts, type Verdict, type VerdictWord } from '../../../../src/core/alert.ts';
import { verdictWords } from '../pure/alerts/alert-words.ts';
import { shared } from '../text.ts';
import { ActDialog } from './act-dialog.tsx';
import { Choice } from './button.tsx';
import { NoteField } from './fields.tsx';

/** Dialog for a verdict on an alert, an incident or a case, with an optional note. */
export function VerdictDialog(props: {
  readonly title: string;
  /** Title of the alert or incident. */
  readonly about: string;
  /** Verdict that was given before. */
  readonly before: Pick<Verdict, 'word'> | undefined;
  /** Alerts that get the verdict, as a sentence. */
  readonly scope?: string;
  /** Text of the button. */
  readonly text: string;
  readonly judge: (given: { readonly verdict: VerdictWord; readonly note?: string }) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const [word, setWord] = createSignal(props.before?.word);
  const [note, setNote] = createSignal('');
  const judge = async (): Promise<void> => {
    const verdict = word();
    if (verdict !== undefined) await props.judge({ verdict, ...(note() === '' ? {} : { note: note() }) });
  };
  return (
    <ActDialog title={props.title} text={props.text} disabled={word() === undefined} run={judge} onClose={props.onClose}>
      <p>{props.about}</p>
      <Choice
        label={shared.column.verdict}
        options={verdicts.map((value) => ({ value, text: verdictWords[value] }))}
        value={word()}
        onChoose={setWord}
      />
      <NoteField label={shared.label.verdictNote} value={note()} onInput={setNote} />
      <p class="dim">
        {props.scope} {shared.sentence.verdictMeaning}
      </p>
    </ActDialog>
  );
}
