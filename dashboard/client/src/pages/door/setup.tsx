import { createSignal, Match, Switch } from 'solid-js';
import { limits, type Door, type SessionInfo } from '../../../../protocol.ts';
import { act } from '../../store/api.ts';
import type { Settings } from '../../store/settings.ts';
import { createSound } from '../../store/sound.ts';
import { Button } from '../../ui/button.tsx';
import { DoorFrame, Failure, failureText } from './door.tsx';

/** First start, in three steps: the token of the console, the administrator, sound and theme. */
export function Setup(props: {
  readonly door: Door;
  readonly token: string | undefined;
  readonly settings: Settings;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [token, setToken] = createSignal(props.token ?? '');
  const [step, setStep] = createSignal(props.token === undefined ? 1 : 2);
  const [session, setSession] = createSignal<SessionInfo>();
  const current = (n: number) => (step() === n ? 'step' : undefined);
  return (
    <DoorFrame door={props.door} title={`Set up ${props.door.site}`}>
      <ol class="steps">
        <li aria-current={current(1)}>1 Token</li>
        <li aria-current={current(2)}>2 Administrator</li>
        <li aria-current={current(3)}>3 Sound and theme</li>
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
    </DoorFrame>
  );
}

function TokenStep(props: { readonly onToken: (token: string) => void }) {
  let field!: HTMLInputElement;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onToken(field.value.trim());
      }}
    >
      <label>
        Setup token, printed on the console of the server
        <input class="field mono" ref={(element) => (field = element)} name="token" autocomplete="off" required autofocus />
      </label>
      <button type="submit" class="button button-primary">
        Continue
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
  const [length, setLength] = createSignal(0);
  let name!: HTMLInputElement;
  let passphrase!: HTMLInputElement;
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
        Name of the administrator
        <input class="field" ref={(element) => (name = element)} name="name" autocomplete="username" required autofocus />
      </label>
      <label>
        Passphrase
        <input
          class="field"
          ref={(element) => (passphrase = element)}
          name="passphrase"
          type="password"
          autocomplete="new-password"
          required
          minlength={limits.passphraseMin}
          maxlength={limits.passphraseMax}
          onInput={() => setLength(passphrase.value.length)}
        />
        <small class="dim">
          {length() >= limits.passphraseAdvised
            ? 'Long enough.'
            : `${limits.passphraseAdvised} characters or more are advised; paste is allowed.`}
        </small>
      </label>
      <Failure text={failure()} />
      <button type="submit" class="button button-primary">
        Make the administrator
      </button>
      <Button onPress={props.onBack}>Another token</Button>
    </form>
  );
}

function SoundStep(props: { readonly settings: Settings; readonly onDone: () => void }) {
  const sound = createSound();
  return (
    <>
      <p>A browser lets a page sound only after a press. Hear the test tone now; each new page asks once more.</p>
      <Button onPress={() => void sound.enable()}>{sound.state() === 'on' ? 'Sound works: once more' : 'Enable sound'}</Button>
      <Button onPress={props.settings.toggleTheme}>{props.settings.theme() === 'light' ? 'Dark theme' : 'Light theme'}</Button>
      <Button primary onPress={props.onDone}>
        Open the plant
      </Button>
    </>
  );
}
