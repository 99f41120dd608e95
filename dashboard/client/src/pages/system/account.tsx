import { createResource, createSignal, Show } from 'solid-js';
import { limits } from '../../../../protocol.ts';
import { act, ApiError, ask } from '../../store/api.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Sessions } from './sessions.tsx';

/** One's own account: passphrase and open sessions. */
export function OwnAccount() {
  const [found, { refetch }] = createResource(async () => (await ask('GET /api/account', {})).account);
  const [outcome, setOutcome] = createSignal<string>();
  const end = (session: number): void => {
    act('POST /api/account/end-session', { session }).then(
      () => void refetch(),
      (thrown: unknown) => setOutcome(thrown instanceof ApiError ? thrown.message : String(thrown)),
    );
  };
  return (
    <Panel title="Account" end={<Show when={found.state === 'ready'}>{found()?.role}</Show>}>
      <PassphraseForm
        onOutcome={(text) => {
          setOutcome(text);
          void refetch();
        }}
      />
      <Show when={outcome()}>
        <p role="status">{outcome()}</p>
      </Show>
      <Loaded of={found} retry={() => void refetch()} cells={3}>
        {(account) => (
          <div class="table-room" tabindex="0" role="region" aria-label={`Sessions of ${account().name}`}>
            <Sessions sessions={account().sessions} onEnd={({ number }) => end(number)} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function PassphraseForm(props: { readonly onOutcome: (text: string) => void }) {
  let form!: HTMLFormElement;
  let current!: HTMLInputElement;
  let passphrase!: HTMLInputElement;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await act('POST /api/account/passphrase', { current: current.value, passphrase: passphrase.value });
      form.reset();
      props.onOutcome('The passphrase was changed. Your other sessions have ended.');
    } catch (thrown) {
      props.onOutcome(thrown instanceof ApiError ? thrown.message : String(thrown));
    }
  };
  return (
    <form class="user-form" ref={(element) => (form = element)} onSubmit={(event) => void submit(event)}>
      <label>
        Current passphrase
        <input
          class="field"
          ref={(element) => (current = element)}
          name="current"
          type="password"
          autocomplete="current-password"
          required
        />
      </label>
      <label>
        New passphrase, {limits.passphraseAdvised} characters or more advised
        <input
          class="field"
          ref={(element) => (passphrase = element)}
          name="passphrase"
          type="password"
          autocomplete="new-password"
          required
          minlength={limits.passphraseMin}
          maxlength={limits.passphraseMax}
        />
      </label>
      <button type="submit" class="button button-primary">
        Change passphrase
      </button>
    </form>
  );
}
