import { createSignal, For, onMount, Show } from 'solid-js';
import type { SignInInfo } from '../../../../api/index.ts';
import type { SessionInfo } from '../../../../protocol.ts';
import { act } from '../../store/api.ts';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { Failure, failureText, SignInFrame } from './frame.tsx';
import { IdentitySignIn } from './identity.tsx';
import { texts } from './text.ts';

/** Form with name and passphrase, and sign-in by the identity provider. */
export function SignIn(props: {
  readonly info: SignInInfo;
  readonly signedOut: boolean;
  /** Answer of the identity provider with which the browser has returned. */
  readonly returned: string | undefined;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let name: HTMLInputElement | undefined;
  let passphrase!: HTMLInputElement;
  let code: HTMLInputElement | undefined;
  // browsers obey `autofocus` only on the first form of a page, and not on the one after a sign-out
  onMount(() => name?.focus());
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const given = { name: name?.value ?? '', passphrase: passphrase.value };
      props.onSession(await act('POST /api/login', { ...given, ...(code?.value ? { code: code.value.trim() } : {}) }));
    } catch (thrown) {
      setFailure(failureText(thrown, props.info.codes));
      passphrase.value = '';
      if (code !== undefined) code.value = '';
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
      <Show when={props.info.codes}>
        <label>
          {texts.label.code}
          <input class="field mono" ref={(element) => (code = element)} name="code" autocomplete="one-time-code" />
        </label>
      </Show>
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
            <Show when={closed().commands.length > 0}>
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
            </Show>
          </div>
        )}
      </Show>
      <Show when={props.info.identity}>
        {(name) => <IdentitySignIn name={name()} returned={props.returned} onSession={props.onSession} />}
      </Show>
    </SignInFrame>
  );
}
