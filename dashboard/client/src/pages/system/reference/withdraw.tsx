import { createSignal, Show } from 'solid-js';
import { act } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { shared } from '../../../text.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { ReasonField } from '../../../ui/fields.tsx';
import type { Comparison } from './comparison.ts';
import { texts } from './text.ts';

/** Dialog in which a person withdraws the reference set with a reason: a version without values replaces it. */
export function WithdrawDialog(props: { readonly of: Comparison; readonly onClose: () => void }) {
  const { site } = useApp();
  const [reason, setReason] = createSignal('');
  const withdraw = async (): Promise<void> => {
    await act('POST /api/reference/approve', { base: props.of.body.set?.version ?? 0, values: [], reason: reason() });
  };
  return (
    <ActDialog
      title={texts.title.withdraw}
      text={texts.button.withdraw}
      disabled={reason().trim() === ''}
      run={withdraw}
      onClose={props.onClose}
    >
      <p>{texts.sentence.withdraw}</p>
      <ReasonField value={reason()} onInput={setReason} />
      <Show when={site.secondPerson === true}>
        <p>{shared.sentence.secondPerson}</p>
      </Show>
    </ActDialog>
  );
}
