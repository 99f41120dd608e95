import { createSignal, Show } from 'solid-js';
import { act, failureText } from '../../../store/api.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ReasonField } from '../../../ui/fields.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

/** Button that reads a CSV file, asks for the reason and imports it. */
export function ImportButton(props: { readonly onDone: () => void }) {
  const [csv, setCsv] = createSignal<string>();
  const [outcome, setOutcome] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const [reason, setReason] = createSignal('');
  let field!: HTMLInputElement;
  const read = async (): Promise<void> => {
    const file = field.files?.[0];
    if (file === undefined) return;
    const text = await file.text();
    // the same file can be chosen again after a correction
    field.value = '';
    setFailure(undefined);
    setCsv(text);
  };
  const apply = async (text: string): Promise<void> => {
    try {
      const { added, changed, unchanged } = await act('POST /api/alarm-records/import', { csv: text, reason: reason() });
      setOutcome(texts.note.imported(added, changed, unchanged));
      setCsv(undefined);
      setReason('');
      props.onDone();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <>
      <input
        ref={(element) => (field = element)}
        type="file"
        accept=".csv"
        hidden
        aria-label={texts.label.file}
        onChange={() => void read()}
      />
      <span role="status">{outcome() ?? ''}</span>
      <Button onPress={() => field.click()}>{texts.button.import}</Button>
      <Show when={csv()}>
        {(text) => (
          <Dialog title={texts.title.import} onClose={() => setCsv(undefined)}>
            <form
              class="decide"
              onSubmit={(event) => {
                event.preventDefault();
                void apply(text());
              }}
            >
              <p>{texts.sentence.importEffect}</p>
              <p class="dim">{texts.sentence.loss}</p>
              <ReasonField value={reason()} onInput={setReason} />
              <Show when={failure()}>
                <b role="alert" class="problems">
                  {failure()}
                </b>
              </Show>
              <div class="acts">
                <button type="submit" class="button button-primary">
                  {texts.button.apply}
                </button>
                <Button key="Esc" onPress={() => setCsv(undefined)}>
                  {shared.button.cancel}
                </Button>
              </div>
            </form>
          </Dialog>
        )}
      </Show>
    </>
  );
}
