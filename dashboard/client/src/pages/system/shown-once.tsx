import { Show } from 'solid-js';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { shared } from '../../text.ts';

/** A new secret, which the server shows this one time. */
export function ShownOnce(props: {
  readonly secret: string | undefined;
  readonly title: string;
  readonly sentence: string;
  /** Name of the field for a screen reader. */
  readonly label: string;
  readonly onClose: () => void;
}) {
  return (
    <Show when={props.secret}>
      {(secret) => (
        <Dialog title={props.title} onClose={() => props.onClose()}>
          <p>{props.sentence}</p>
          <input class="field mono" readonly aria-label={props.label} value={secret()} />
          <Button key="Esc" onPress={() => props.onClose()}>
            {shared.button.close}
          </Button>
        </Dialog>
      )}
    </Show>
  );
}
