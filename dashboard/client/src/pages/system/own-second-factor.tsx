import { createSignal, Show } from 'solid-js';
import { SetUpSecondFactor } from '../../second-factor/set-up.tsx';
import { texts } from '../../second-factor/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface Factor {
  readonly isSet: boolean;
  readonly isRequired: boolean;
  readonly recoveryCodes: number;
}

/** State of the own second factor, with its set-up. */
export function OwnSecondFactor(props: { readonly factor: Factor; readonly onChanged: () => void }) {
  const [open, setOpen] = createSignal(false);
  const state = (): string => {
    const { isSet, isRequired, recoveryCodes } = props.factor;
    if (isSet) return texts.note.set(recoveryCodes);
    return isRequired ? texts.note.required : texts.note.notSet;
  };
  const close = (): void => {
    setOpen(false);
    props.onChanged();
  };
  return (
    <div class="own-second-factor">
      <span>
        {texts.title.secondFactor}: {state()}
      </span>
      <Button onPress={() => setOpen(true)}>{props.factor.isSet ? texts.button.replace : texts.button.begin}</Button>
      <Show when={open()}>
        <Dialog title={texts.title.enrol} onClose={close}>
          <SetUpSecondFactor isSet={props.factor.isSet} onDone={close} />
        </Dialog>
      </Show>
    </div>
  );
}
