import { createSignal, For, Show } from 'solid-js';
import { roles } from '../../../../../src/core/access.ts';
import type { UserInfo } from '../../../../api/index.ts';
import { limits } from '../../../../protocol.ts';
import { act, failureText } from '../../store/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Sessions } from './sessions.tsx';
import { shared } from '../../text.ts';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { texts } from './text.ts';

/** Dialog that changes an account: role, passphrase, state, sessions. Each change ends the sessions of the user. */
export function UserDialog(props: { readonly user: UserInfo; readonly onClose: () => void; readonly onChanged: () => void }) {
  const [failure, setFailure] = createSignal<string>();
  let reason!: HTMLTextAreaElement;
  let role!: HTMLSelectElement;
  let passphrase!: HTMLInputElement;
  const attempt = (doing: Promise<unknown>): void => {
    doing.then(props.onChanged, (thrown: unknown) => setFailure(failureText(thrown)));
  };
  const given = () => ({ name: props.user.name, ...(reason.value === '' ? {} : { reason: reason.value }) });
  const chosen = () => roles.find((one) => one === role.value) ?? props.user.role;
  return (
    <Dialog title={texts.title.accountOf(props.user.name)} onClose={props.onClose}>
      <label>
        {shared.label.auditReason}
        <textarea class="field" ref={(element) => (reason = element)} rows="2" maxlength={limits.noteLength} />
      </label>
      <div class="user-form">
        <label>
          {shared.column.role}
          <select class="field" ref={(element) => (role = element)} name="role">
            <For each={roles}>
              {(one) => (
                <option value={one} selected={one === props.user.role}>
                  {one}
                </option>
              )}
            </For>
          </select>
        </label>
        <Button onPress={() => attempt(act('POST /api/users/role', { ...given(), role: chosen() }))}>
          {texts.button.changeRole}
        </Button>
        <PassphraseField purpose="new" label={shared.label.newPassphrase} optional ref={(field) => (passphrase = field)} />
        <Button onPress={() => attempt(act('POST /api/users/passphrase', { ...given(), passphrase: passphrase.value }))}>
          {texts.button.changePassphrase}
        </Button>
      </div>
      <Show when={props.user.sessions.length > 0} fallback={<p class="dim">{texts.sentence.noSessions}</p>}>
        <Sessions
          sessions={props.user.sessions}
          onEnd={({ number }) => attempt(act('POST /api/users/end-session', { session: number }))}
        />
      </Show>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Show
          when={props.user.disabled}
          fallback={<Button onPress={() => attempt(act('POST /api/users/disable', given()))}>{texts.button.disable}</Button>}
        >
          <Button onPress={() => attempt(act('POST /api/users/enable', given()))}>{texts.button.enable}</Button>
        </Show>
        <Show when={props.user.secondFactor}>
          <Button onPress={() => attempt(act('POST /api/users/reset-second-factor', given()))}>
            {texts.button.resetSecondFactor}
          </Button>
        </Show>
        <Button onPress={() => attempt(act('POST /api/users/remove', given()))}>{texts.button.remove}</Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.close}
        </Button>
      </div>
    </Dialog>
  );
}
