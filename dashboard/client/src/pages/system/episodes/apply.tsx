import { createSignal, Show } from 'solid-js';
import type { DecidedEpisode, EpisodeList } from '../../../../../../src/core/episodes.ts';
import { limits } from '../../../../../protocol.ts';
import { act, failureText } from '../../../store/api.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

/** Decisions made on the page, or the text of a file. */
export type Applied = { readonly decisions: readonly DecidedEpisode[] } | { readonly file: string };

/** Dialog that explains the effect of the decisions, takes a reason, and applies them. */
export function Apply(props: { readonly what: Applied; readonly onClose: (list: EpisodeList | undefined) => void }) {
  const [failure, setFailure] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);
  let reasonField: HTMLTextAreaElement | undefined;
  const { what } = props;
  const apply = async (): Promise<void> => {
    const reason = reasonField?.value ?? '';
    setBusy(true);
    try {
      const list =
        'file' in what
          ? await act('POST /api/episodes/file', { text: what.file })
          : await act('POST /api/episodes', {
              decisions: what.decisions.map((one) => (reason === '' ? one : { ...one, reason })),
            });
      props.onClose(list);
    } catch (thrown) {
      setFailure(failureText(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={'file' in what ? texts.label.file : texts.title.decide(what.decisions.length)}
      onClose={() => props.onClose(undefined)}
    >
      <form
        class="decide"
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <p>{texts.sentence.normal}</p>
        <p>{texts.sentence.exclude}</p>
        <p>{texts.sentence.effect}</p>
        <Show when={!('file' in what)}>
          <label>
            {shared.label.auditReason}
            <textarea class="field" rows="3" maxlength={limits.noteLength} ref={(element) => (reasonField = element)} />
          </label>
        </Show>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <button type="submit" class="button button-primary" disabled={isBusy()}>
            {isBusy() ? texts.note.applying : texts.button.apply('file' in what ? 1 : what.decisions.length)}
          </button>
          <Button key="Esc" onPress={() => props.onClose(undefined)}>
            {shared.button.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
