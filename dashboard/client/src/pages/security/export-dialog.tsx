import { createSignal, Show } from 'solid-js';
import { failureText, query } from '../../store/api.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { saveBlob, saveText } from '../../ui/save.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

const formats = ['html', 'stix', 'misp', 'pcapng'] as const;
const levels = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;

/** Dialog that saves a case as a file for other organisations. */
export function ExportDialog(props: { readonly incident: string; readonly onClose: () => void }) {
  const [format, setFormat] = createSignal<(typeof formats)[number]>('html');
  const [tlp, setTlp] = createSignal<(typeof levels)[number]>('amber');
  const [said, setSaid] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const save = async (): Promise<void> => {
    try {
      const { name, text, encoding } = await query('GET /api/incident/file', {
        id: props.incident,
        format: format(),
        tlp: tlp(),
      });
      if (encoding === undefined) saveText(name, text);
      else
        saveBlob(
          name,
          new Blob([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], { type: 'application/vnd.tcpdump.pcap' }),
        );
      setSaid(texts.note.exported(name));
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <Dialog title={texts.title.export(props.incident)} onClose={props.onClose}>
      <Choice
        label={texts.label.format}
        options={formats.map((value) => ({ value, text: texts.label.formats[value] }))}
        value={format()}
        onChoose={setFormat}
      />
      <p class="dim">{texts.sentence[format()]}</p>
      <span>{texts.label.tlp}</span>
      <Choice
        label={texts.label.tlp}
        options={levels.map((value) => ({ value, text: value.toUpperCase() }))}
        value={tlp()}
        onChoose={setTlp}
      />
      <p class="dim">{texts.sentence.export}</p>
      <Show when={said()}>
        <p role="status">{said()}</p>
      </Show>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button primary onPress={() => void save()}>
          {texts.button.save}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.close}
        </Button>
      </div>
    </Dialog>
  );
}
