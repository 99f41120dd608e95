import { createSignal, Show } from 'solid-js';
import { verdicts, type VerdictWord } from '../../../../../src/core/alert.ts';
import type { CaseSummary } from '../../../../api/index.ts';
import { limits } from '../../../../protocol.ts';
import { act, failureText } from '../../store/api.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Dialog that closes a case with a verdict on all its alerts. */
export function CloseDialog(props: { readonly of: CaseSummary; readonly onClose: () => void }) {
  const [word, setWord] = createSignal<VerdictWord>();
  const [note, setNote] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  const close = async (): Promise<void> => {
    const verdict = word();
    if (verdict === undefined) return;
    try {
      await act('POST /api/security/close', { id: props.of.id, verdict, ...(note() === '' ? {} : { note: note() }) });
      props.onClose();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <Dialog title={texts.title.close(props.of.id)} onClose={props.onClose}>
      <p>{props.of.title}</p>
      <Choice
        label={texts.label.verdict}
        options={verdicts.map((value) => ({ value, text: texts.label.verdicts[value] }))}
        value={word()}
        onChoose={setWord}
      />
      <label>
        {texts.label.note}
        <textarea class="field" rows="3" maxlength={limits.noteLength} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <p class="dim">{texts.sentence.close}</p>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button primary disabled={word() === undefined} onPress={() => void close()}>
          {texts.button.closeCase}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
