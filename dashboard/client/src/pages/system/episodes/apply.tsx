import { createSignal, Show } from 'solid-js';
import type { DecidedEpisode } from '../../../../../../src/core/episode-decision.ts';
import type { EpisodeList } from '../../../../../../src/core/episodes.ts';
import { act } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { NoteField } from '../../../ui/fields.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

/** Decisions made on the page, or the text of a file. */
export type Applied = { readonly decisions: readonly DecidedEpisode[] } | { readonly file: string };

/** Dialog that explains the effect of the decisions, takes a reason, and applies them. */
export function Apply(props: { readonly what: Applied; readonly onClose: (list: EpisodeList | undefined) => void }) {
  const { site, health } = useApp();
  const [reason, setReason] = createSignal('');
  const { what } = props;
  let list: EpisodeList | undefined;
  const apply = async (): Promise<void> => {
    const stated = reason() === '' ? {} : { reason: reason() };
    list =
      'file' in what
        ? await act('POST /api/episodes/file', { text: what.file })
        : await act('POST /api/episodes', { decisions: what.decisions.map((one) => ({ ...one, ...stated })) });
    // a request that waits for another user is announced on every page
    health.refresh();
  };
  return (
    <ActDialog
      title={'file' in what ? texts.label.file : texts.title.decide(what.decisions.length)}
      text={texts.button.apply('file' in what ? 1 : what.decisions.length)}
      busyText={texts.note.applying}
      run={apply}
      onClose={() => props.onClose(undefined)}
      onDone={() => props.onClose(list)}
    >
      <p>{texts.sentence.normal}</p>
      <p>{texts.sentence.exclude}</p>
      <p>{texts.sentence.effect}</p>
      <Show when={site.secondPerson === true}>
        <p>{shared.sentence.secondPerson}</p>
      </Show>
      <Show when={!('file' in what)}>
        <NoteField label={shared.label.auditReason} value={reason()} onInput={setReason} />
      </Show>
    </ActDialog>
  );
}
