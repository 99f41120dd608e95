import { createResource, createSignal, For, Show } from 'solid-js';
import { limits, type UserInfo } from '../../../../protocol.ts';
import { roles, type Role } from '../../../../../src/core/state.ts';
import { act, ApiError, ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';

const tells: Readonly<Record<Role, string>> = {
  viewer: 'looks',
  operator: 'acknowledges',
  engineer: 'runs the lab, reads the audit',
  admin: 'keeps users',
};

/** Who may sign in. Removing one ends their sessions and is written into the audit. */
export function Users() {
  const { zone, clock } = useStation();
  const [found, { refetch }] = createResource(async () => (await ask('GET /api/users', {})).users);
  const [leaving, setLeaving] = createSignal<UserInfo>();
  return (
    <Panel title="Users" end={<Show when={found.state === 'ready'}>{found()?.length}</Show>}>
      <AddUser onAdded={() => void refetch()} />
      <Loaded of={found} retry={() => void refetch()} cells={4}>
        {(users) => (
          <div class="table-room" tabindex="0" role="region" aria-label="Users">
            <table class="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Role</th>
                  <th>May</th>
                  <th>Since</th>
                  <th class="num">Sessions now</th>
                  <th>
                    <span class="unseen">Remove</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                <For each={users()}>
                  {(user) => (
                    <tr>
                      <td>
                        <b>{user.name}</b>
                      </td>
                      <td>{user.role}</td>
                      <td class="wide dim">{tells[user.role]}</td>
                      <td>{zone().moment(user.createdAt, clock.second())}</td>
                      <td class="num">{user.sessions}</td>
                      <td>
                        <Button onPress={() => setLeaving(user)}>Remove {user.name}</Button>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      <Show when={leaving()}>
        {(user) => (
          <RemoveUser
            user={user()}
            onClose={() => setLeaving(undefined)}
            onRemoved={() => {
              setLeaving(undefined);
              void refetch();
            }}
          />
        )}
      </Show>
    </Panel>
  );
}

function AddUser(props: { readonly onAdded: () => void }) {
  const [failure, setFailure] = createSignal<string>();
  let form!: HTMLFormElement;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    try {
      const role = roles.find((one) => one === text('role')) ?? 'viewer';
      await act('POST /api/users/add', { name: text('name'), passphrase: text('passphrase'), role });
      setFailure(undefined);
      form.reset();
      props.onAdded();
    } catch (thrown) {
      setFailure(thrown instanceof ApiError ? thrown.message : String(thrown));
    }
  };
  return (
    <form class="user-form" ref={(element) => (form = element)} onSubmit={(event) => void submit(event)}>
      <label>
        Name
        <input class="field" name="name" autocomplete="off" required />
      </label>
      <label>
        Passphrase, {limits.passphraseAdvised} characters or more advised
        <input
          class="field"
          name="passphrase"
          type="password"
          autocomplete="new-password"
          required
          minlength={limits.passphraseMin}
        />
      </label>
      <label>
        Role
        <select class="field" name="role">
          <For each={roles}>{(role) => <option value={role}>{role}</option>}</For>
        </select>
      </label>
      <button type="submit" class="button button-primary">
        Add user
      </button>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
    </form>
  );
}

function RemoveUser(props: { readonly user: UserInfo; readonly onClose: () => void; readonly onRemoved: () => void }) {
  const [failure, setFailure] = createSignal<string>();
  let reason!: HTMLTextAreaElement;
  const remove = async (): Promise<void> => {
    try {
      await act('POST /api/users/remove', { name: props.user.name, reason: reason.value });
      props.onRemoved();
    } catch (thrown) {
      setFailure(thrown instanceof ApiError ? thrown.message : String(thrown));
    }
  };
  return (
    <Dialog title={`Remove ${props.user.name}`} onClose={props.onClose}>
      <label>
        Reason, written into the audit
        <textarea class="field" ref={(element) => (reason = element)} rows="3" maxlength={limits.noteLength} />
      </label>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button primary onPress={() => void remove()}>
          Remove
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
