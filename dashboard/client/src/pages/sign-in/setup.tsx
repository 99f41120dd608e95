import { createSignal, Match, onMount, Switch } from 'solid-js';
import type { SignInInfo } from '../../../../api/index.ts';
import type { SessionInfo } from '../../../../protocol.ts';
import { act } from '../../store/api.ts';
import type { Settings } from '../../store/settings.ts';
import { createSound } from '../../store/sound.ts';
import { Button } from '../../ui/button.tsx';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { Failure, failureText, SignInFrame } from './frame.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Set-up of the first start in three steps: setup token, administrator, sound and theme. */
export function Setup(props: {
  readonly info: SignInInfo;
  readonly token: string | undefined;
  readonly settings: Settings;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [token, setToken] = createSignal(props.token ?? '');
  const [step, setStep] = createSignal(props.token === undefined ? 1 : 2);
  const [session, setSession] = createSignal<SessionInfo>();
  const current = (n: number) => (step() === n ? 'step' : undefined);
  return (
    <SignInFrame info={props.info} title={texts.title.setup(props.info.site)}>
      <ol class="steps">
        <li aria-current={current(1)}>1 {texts.label.steps.token}</li>
        <li aria-current={current(2)}>2 {texts.label.steps.administrator}</li>
        <li aria-current={current(3)}>3 {texts.label.steps.sound}</li>
      </ol>
      <Switch>
        <Match when={step() === 1}>
          <TokenStep
            onToken={(given) => {
              setToken(given);
              setStep(2);
            }}
          />
        </Match>
        <Match when={step() === 2}>
          <AdministratorStep
            token={token()}
            onBack={() => setStep(1)}
            onSession={(made) => {
              setSession(made);
              setStep(3);
            }}
          />
        </Match>
        <Match when={session()}>{(made) => <SoundStep settings={props.settings} onDone={() => props.onSession(made())} />}</Match>
      </Switch>
    </SignInFrame>
  );
}

function TokenStep(props: { readonly onToken: (token: string) => void }) {
  let field!: HTMLInputElement;
  onMount(() => field.focus());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onToken(field.value.trim());
      }}
    >
      <label>
        {texts.label.token}
        <input class="field mono" ref={(element) => (field = element)} name="token" autocomplete="off" required />
      </label>
      <button type="submit" class="button button-primary">
        {texts.button.continue}
      </button>
    </form>
  );
}

function AdministratorStep(props: {
  readonly token: string;
  readonly onBack: () => void;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  let name!: HTMLInputElement;
  let passphrase!: HTMLInputElement;
  onMount(() => name.focus());
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      props.onSession(await act('POST /api/setup', { token: props.token, name: name.value, passphrase: passphrase.value }));
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        {texts.label.administratorName}
        <input class="field" ref={(element) => (name = element)} name="name" autocomplete="username" required />
      </label>
      <PassphraseField purpose="new" ref={(field) => (passphrase = field)} />
      <Failure text={failure()} />
      <button type="submit" class="button button-primary">
        {texts.button.create}
      </button>
      <Button onPress={props.onBack}>{texts.button.useOtherToken}</Button>
    </form>
  );
}

function SoundStep(props: { readonly settings: Settings; readonly onDone: () => void }) {
  const sound = createSound(() => undefined);
  return (
    <>
      <p>{texts.sentence.soundNeedsPress}</p>
      <Button onPress={() => void sound.enable()}>
        {sound.state() === 'on' ? texts.button.playAgain : texts.button.enableSound}
      </Button>
      <Button onPress={props.settings.toggleTheme}>
        {props.settings.theme() === 'light' ? shared.button.useTheme.dark : shared.button.useTheme.light}
      </Button>
      <Button primary onPress={props.onDone}>
        {texts.button.openPlant}
      </Button>
    </>
  );
}
