import { createResource, createSignal, Show } from 'solid-js';
import { act, query, failureText } from '../../store/api.ts';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { OwnSecondFactor } from './own-second-factor.tsx';
import { Sessions } from './sessions.tsx';
import { shared } from '../../text.ts';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** The own account: passphrase, second factor and open sessions. */
export function OwnAccount() {
  const [found, { refetch }] = createResource(async () => (await query('GET /api/account', {})).account);
  const [outcome, setOutcome] = createSignal<string>();
  const end = (session: number): void => {
    act('POST /api/account/end-session', { session }).then(
      () => void refetch(),
      (thrown: unknown) => setOutcome(failureText(thrown)),
    );
  };
  return (
    <Panel title={texts.title.account} end={<Show when={found.state === 'ready'}>{found()?.role}</Show>}>
      <Show when={found.state === 'ready' && found()?.federated !== true}>
        <PassphraseForm
          onOutcome={(text) => {
            setOutcome(text);
            void refetch();
          }}
        />
      </Show>
      <Show when={found.state === 'ready' && found()?.federated === false && found()?.secondFactor}>
        {(factor) => <OwnSecondFactor factor={factor()} onChanged={() => void refetch()} />}
      </Show>
      <Show when={outcome()}>
        <p role="status">{outcome()}</p>
      </Show>
      <Loaded of={found} retry={() => void refetch()} cells={3}>
        {(account) => (
          <ScrollRegion label={texts.title.sessionsOf(account().name)}>
            <Sessions sessions={account().sessions} onEnd={({ number }) => end(number)} />
          </ScrollRegion>
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
      props.onOutcome(texts.sentence.passphraseChanged);
    } catch (thrown) {
      props.onOutcome(failureText(thrown));
    }
  };
  return (
    <form class="user-form" ref={(element) => (form = element)} onSubmit={(event) => void submit(event)}>
      <PassphraseField
        purpose="current"
        label={shared.label.currentPassphrase}
        name="current"
        ref={(field) => (current = field)}
      />
      <PassphraseField purpose="new" label={shared.label.newPassphrase} ref={(field) => (passphrase = field)} />
      <button type="submit" class="button button-primary">
        {texts.button.changePassphrase}
      </button>
    </form>
  );
}
