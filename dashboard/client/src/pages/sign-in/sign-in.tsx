import { createSignal, For, onMount, Show } from 'solid-js';
import type { SignInInfo } from '../../../../api/index.ts';
import type { SessionInfo } from '../../../../protocol.ts';
import { act } from '../../store/api.ts';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { Failure, failureText, SignInFrame } from './frame.tsx';
import { texts } from './text.ts';

/** Form with name and passphrase. */
export function SignIn(props: {
  readonly info: SignInInfo;
  readonly signedOut: boolean;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let name: HTMLInputElement | undefined;
  let passphrase!: HTMLInputElement;
  // browsers obey `autofocus` only on the first form of a page, and not on the one after a sign-out
  onMount(() => name?.focus());
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      props.onSession(await act('POST /api/login', { name: name?.value ?? '', passphrase: passphrase.value }));
    } catch (thrown) {
      setFailure(failureText(thrown));
      passphrase.value = '';
      passphrase.focus();
    } finally {
      setBusy(false);
    }
  };
  const form = () => (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        {texts.label.name}
        <input class="field" ref={(element) => (name = element)} name="name" autocomplete="username" required />
      </label>
      <PassphraseField purpose="current" ref={(field) => (passphrase = field)} />
      <Failure text={failure()} />
      <button type="submit" class="button button-primary" disabled={busy()}>
        {busy() ? texts.label.signingIn : texts.button.signIn}
      </button>
    </form>
  );
  return (
    <SignInFrame info={props.info} title={props.signedOut ? texts.title.signedOut(props.info.site) : props.info.site}>
      <Show when={props.info.closed} fallback={form()}>
        {(closed) => (
          <div role="alert">
            <p>
              {texts.sentence.closed} {closed().reason}
            </p>
            <p>{texts.sentence.recover}</p>
            <ul>
              <For each={closed().commands}>
                {(command) => (
                  <li>
                    <code>{command}</code>
                  </li>
                )}
              </For>
            </ul>
          </div>
        )}
      </Show>
    </SignInFrame>
  );
}
