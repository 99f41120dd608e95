import { createSignal } from 'solid-js';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { ReasonField } from '../../ui/fields.tsx';

/** Asks for a reason before something is revoked. Its title is also the text of its button. */
export function RevokeDialog(props: {
  readonly title: string;
  readonly effect: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
  /** @param stated the reason as a part of a request; empty without one */
  readonly onRevoke: (stated: { readonly reason?: string }) => Promise<unknown>;
}) {
  const [reason, setReason] = createSignal('');
  return (
    <ActDialog
      title={props.title}
      text={props.title}
      run={() => props.onRevoke(reason() === '' ? {} : { reason: reason() })}
      onClose={props.onClose}
      onDone={props.onDone}
    >
      <p>{props.effect}</p>
      <ReasonField value={reason()} onInput={setReason} optional />
    </ActDialog>
  );
}
