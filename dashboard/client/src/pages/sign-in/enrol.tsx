import type { SignInInfo } from '../../../../api/index.ts';
import { SetUpSecondFactor } from '../../second-factor/set-up.tsx';
import { texts } from '../../second-factor/text.ts';
import { Button } from '../../ui/button.tsx';
import { texts as signIn } from './text.ts';
import { SignInFrame } from './frame.tsx';

/** Set-up of a second factor that the role of the user needs, before the plant is shown. */
export function Enrol(props: {
  readonly info: SignInInfo | undefined;
  readonly onDone: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <SignInFrame info={props.info} title={texts.title.enrol}>
      <p>{texts.sentence.why}</p>
      <SetUpSecondFactor isSet={false} onDone={props.onDone} />
      <Button onPress={props.onLeave}>{signIn.button.leave}</Button>
    </SignInFrame>
  );
}
