import { createSignal } from 'solid-js';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';

/** Asks for a reason before something is revoked. Its title is also the text of its button. */
export function RevokeDialog(props: {
  readonly title: string;
  readonly effect: string;
  readonly onClose: () => void;
  readonly onRevoke: (reason: string) => void;
}) {
  const [reason, setReason] = createSignal('');
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.effect}</p>
      <ReasonField value={reason()} onInput={setReason} optional />
      <div class="acts">
        <Button primary onPress={() => props.onRevoke(reason())}>
          {props.title}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
