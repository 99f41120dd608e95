import { createMemo, createSignal, Show, type JSX } from 'solid-js';
import { failureText } from '../store/api.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { shared } from '../text.ts';

/** Performs an act: it either ends the dialog or states its failure there. */
type Perform = (work: () => unknown) => void;

/**
 * A dialog that performs an act: its fields, the failure of the act, its button, and one to cancel. Enter in a field presses the
 * button. A text that the work returns is the reason why it was not performed.
 */
export function ActDialog(props: {
  readonly title: string;
  /** Text of the button, and while the work lasts. */
  readonly text: string;
  readonly busyText?: string;
  readonly disabled?: boolean;
  readonly run: () => unknown;
  readonly onClose: () => void;
  /** After the act; `onClose` if absent. */
  readonly onDone?: () => void;
  readonly children?: JSX.Element;
  /** Buttons of further acts. */
  readonly more?: (perform: Perform, isBusy: () => boolean) => JSX.Element;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [isBusy, setBusy] = createSignal(false);
  // read by the event handler too, in which a property with conditions must not be computed
  const isOpen = createMemo(() => props.disabled !== true && !isBusy());
  const tryOut = async (work: () => unknown): Promise<void> => {
    setBusy(true);
    try {
      const refusal = await work();
      if (typeof refusal === 'string') setFailure(refusal);
      else (props.onDone ?? props.onClose)();
    } catch (thrown) {
      setFailure(failureText(thrown));
    } finally {
      setBusy(false);
    }
  };
  const perform: Perform = (work) => void tryOut(work);
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        class="decide"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOpen()) perform(props.run);
        }}
      >
        {props.children}
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <button type="submit" class="button button-primary" disabled={!isOpen()}>
            {isBusy() ? (props.busyText ?? props.text) : props.text}
          </button>
          {props.more?.(perform, isBusy)}
          <Button key="Esc" onPress={props.onClose}>
            {shared.button.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
