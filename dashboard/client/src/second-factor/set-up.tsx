import { createSignal, For, Match, Show, Switch } from 'solid-js';
import { act, failureText } from '../store/api.ts';
import { Button } from '../ui/button.tsx';
import { PassphraseField } from '../ui/passphrase-field.tsx';
import { shared } from '../text.ts';
import { QrPicture } from './qr-picture.tsx';
import './second-factor.css';
import { texts } from './text.ts';

type Step =
  | { readonly at: 'passphrase' }
  | { readonly at: 'key'; readonly key: string; readonly uri: string }
  | { readonly at: 'recovery'; readonly codes: readonly string[] };

/** Set-up of an authenticator app: passphrase, key with QR code, first code, recovery codes. */
export function SetUpSecondFactor(props: { readonly isSet: boolean; readonly onDone: () => void }) {
  const [step, setStep] = createSignal<Step>({ at: 'passphrase' });
  const [failure, setFailure] = createSignal<string>();
  let passphrase!: HTMLInputElement;
  let present: HTMLInputElement | undefined;
  let code!: HTMLInputElement;
  const attempt = (event: SubmitEvent, work: () => Promise<Step>): void => {
    event.preventDefault();
    void take(work);
  };
  const take = async (work: () => Promise<Step>): Promise<void> => {
    try {
      setStep(await work());
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const begin = async (): Promise<Step> => {
    const given = present === undefined ? {} : { code: present.value };
    const { key, uri } = await act('POST /api/account/second-factor/begin', { passphrase: passphrase.value, ...given });
    return { at: 'key', key, uri };
  };
  const confirm = async (): Promise<Step> => {
    const { recoveryCodes } = await act('POST /api/account/second-factor/confirm', { code: code.value.trim() });
    return { at: 'recovery', codes: recoveryCodes };
  };
  const shown = <At extends Step['at']>(at: At) => {
    const now = step();
    return now.at === at ? (now as Extract<Step, { at: At }>) : undefined;
  };
  return (
    <div class="second-factor">
      <Switch>
        <Match when={shown('passphrase')}>
          <form onSubmit={(event) => attempt(event, begin)}>
            <PassphraseField
              purpose="current"
              label={shared.label.currentPassphrase}
              name="confirmed"
              ref={(field) => (passphrase = field)}
            />
            <Show when={props.isSet}>
              <label>
                {texts.label.presentCode}
                <input
                  class="field mono"
                  name="present"
                  autocomplete="one-time-code"
                  required
                  ref={(field) => (present = field)}
                />
              </label>
            </Show>
            <button type="submit" class="button button-primary">
              {props.isSet ? texts.button.replace : texts.button.begin}
            </button>
          </form>
        </Match>
        <Match when={shown('key')}>
          {(found) => (
            <form onSubmit={(event) => attempt(event, confirm)}>
              <p>{texts.sentence.scan}</p>
              <QrPicture text={found().uri} label={texts.label.picture} />
              <label>
                {texts.label.key}
                <input class="field mono" readonly value={found().key} />
              </label>
              <label>
                {texts.label.code}
                <input
                  class="field mono"
                  name="code"
                  inputmode="numeric"
                  autocomplete="one-time-code"
                  required
                  ref={(field) => (code = field)}
                />
              </label>
              <button type="submit" class="button button-primary">
                {texts.button.confirm}
              </button>
            </form>
          )}
        </Match>
        <Match when={shown('recovery')}>
          {(found) => (
            <>
              <p>{texts.sentence.recovery}</p>
              <ul class="recovery mono" aria-label={texts.label.recovery}>
                <For each={found().codes}>{(one) => <li>{one}</li>}</For>
              </ul>
              <Button primary onPress={props.onDone}>
                {texts.button.done}
              </Button>
            </>
          )}
        </Match>
      </Switch>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
    </div>
  );
}
