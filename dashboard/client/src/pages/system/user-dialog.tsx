import { createSignal, For, Show } from 'solid-js';
import { roles } from '../../../../../src/core/access.ts';
import { limits, type UserInfo } from '../../../../protocol.ts';
import { act, ApiError } from '../../store/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Sessions } from './sessions.tsx';

/** Changes one account: role, passphrase, disabled or not, sessions. Each change ends the sessions of the user. */
export function UserDialog(props: { readonly user: UserInfo; readonly onClose: () => void; readonly onChanged: () => void }) {
  const [failure, setFailure] = createSignal<string>();
  let reason!: HTMLTextAreaElement;
  let role!: HTMLSelectElement;
  let passphrase!: HTMLInputElement;
  const attempt = (doing: Promise<unknown>): void => {
    doing.then(props.onChanged, (thrown: unknown) => setFailure(thrown instanceof ApiError ? thrown.message : String(thrown)));
  };
  const given = () => ({ name: props.user.name, ...(reason.value === '' ? {} : { reason: reason.value }) });
  const chosen = () => roles.find((one) => one === role.value) ?? props.user.role;
  return (
    <Dialog title={`Account of ${props.user.name}`} onClose={props.onClose}>
      <label>
        Reason, written into the audit
        <textarea class="field" ref={(element) => (reason = element)} rows="2" maxlength={limits.noteLength} />
      </label>
      <div class="user-form">
        <label>
          Role
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
        <Button onPress={() => attempt(act('POST /api/users/role', { ...given(), role: chosen() }))}>Change role</Button>
        <label>
          New passphrase
          <input
            class="field"
            ref={(element) => (passphrase = element)}
            type="password"
            autocomplete="new-password"
            minlength={limits.passphraseMin}
            maxlength={limits.passphraseMax}
          />
        </label>
        <Button onPress={() => attempt(act('POST /api/users/passphrase', { ...given(), passphrase: passphrase.value }))}>
          Change passphrase
        </Button>
      </div>
      <Show when={props.user.sessions.length > 0} fallback={<p class="dim">No open sessions</p>}>
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
          fallback={<Button onPress={() => attempt(act('POST /api/users/disable', given()))}>Disable</Button>}
        >
          <Button onPress={() => attempt(act('POST /api/users/enable', given()))}>Enable</Button>
        </Show>
        <Button onPress={() => attempt(act('POST /api/users/remove', given()))}>Remove</Button>
        <Button key="Esc" onPress={props.onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
