import { createSignal, For, Show } from 'solid-js';
import type { Door, SessionInfo } from '../../../../protocol.ts';
import { act } from '../../store/api.ts';
import { DoorFrame, Failure, failureText } from './door.tsx';

/** Name and passphrase. */
export function Login(props: {
  readonly door: Door;
  readonly signedOut: boolean;
  readonly onSession: (session: SessionInfo) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  let name!: HTMLInputElement;
  let passphrase!: HTMLInputElement;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      props.onSession(await act('POST /api/login', { name: name.value, passphrase: passphrase.value }));
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
        Name
        <input class="field" ref={(element) => (name = element)} name="name" autocomplete="username" required autofocus />
      </label>
      <label>
        Passphrase
        <input
          class="field"
          ref={(element) => (passphrase = element)}
          name="passphrase"
          type="password"
          autocomplete="current-password"
          required
        />
      </label>
      <Failure text={failure()} />
      <button type="submit" class="button button-primary" disabled={busy()}>
        {busy() ? 'Signing in' : 'Sign in'}
      </button>
    </form>
  );
  return (
    <DoorFrame door={props.door} title={props.signedOut ? `Signed out of ${props.door.site}` : props.door.site}>
      <Show when={props.door.closed} fallback={form()}>
        {(closed) => (
          <div role="alert">
            <p>Sign-in is closed. {closed().reason}</p>
            <p>Stop scadawatch, type one of these commands, and start it again:</p>
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
    </DoorFrame>
  );
}
