import { createResource, createSignal, For, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { formatFigure } from '../../pure/format.ts';
import { act, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { ReasonField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Dialog that learns an alert as normal: shows which thresholds rise, or why the alert cannot be learned. */
export function LearnDialog(props: { readonly alert: Alert; readonly onClose: () => void }) {
  const { site } = useApp();
  const [reason, setReason] = createSignal('');
  const [found, { refetch }] = createResource(
    () => props.alert.id,
    async (id) => await query('GET /api/baseline/learnable', { id }),
  );
  const raises = () => (found.state === 'ready' ? found().raises : []);
  const learn = async (): Promise<void> => {
    await act('POST /api/baseline/learn', { id: props.alert.id, reason: reason() });
  };
  return (
    <ActDialog
      title={texts.title.learn(props.alert.id)}
      text={texts.button.learn}
      disabled={raises().length === 0 || reason().trim() === ''}
      run={learn}
      onClose={props.onClose}
    >
      <p>{props.alert.title}</p>
      <Loaded of={found} retry={() => void refetch()}>
        {(answer) => (
          <Show when={answer().refused === undefined} fallback={<p role="status">{answer().refused}</p>}>
            <p>{texts.sentence.learnEffect}</p>
            <ul>
              <For each={answer().raises}>
                {({ detector, channel, tags, from, to }) => (
                  <li>{texts.note.raise(detector, channel, tags, formatFigure(from), formatFigure(to))}</li>
                )}
              </For>
            </ul>
            <p class="dim">{texts.sentence.learnUndo}</p>
            <ReasonField value={reason()} onInput={setReason} />
            <Show when={site.secondPerson === true}>
              <p>{shared.sentence.secondPerson}</p>
            </Show>
          </Show>
        )}
      </Loaded>
    </ActDialog>
  );
}
