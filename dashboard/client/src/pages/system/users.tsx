import { createResource, createSignal, For, Show } from 'solid-js';
import { limits, type UserInfo } from '../../../../protocol.ts';
import { roles } from '../../../../../src/core/access.ts';
import { act, ApiError, ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { RoleTable } from './role-table.tsx';
import { UserDialog } from './user-dialog.tsx';

/** Who may sign in, with which role. */
export function Users() {
  const { zone, clock } = useStation();
  const [found, { refetch }] = createResource(async () => (await ask('GET /api/users', {})).users);
  const [chosen, setChosen] = createSignal<UserInfo>();
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
                  <th>State</th>
                  <th>Since</th>
                  <th class="num">Open sessions</th>
                  <th>
                    <span class="unseen">Change</span>
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
                      <td>{user.disabled ? 'disabled' : 'may sign in'}</td>
                      <td>{zone().moment(user.createdAt, clock.second())}</td>
                      <td class="num">{user.sessions.length}</td>
                      <td>
                        <Button onPress={() => setChosen(user)}>Change {user.name}</Button>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <RoleTable />
          </div>
        )}
      </Loaded>
      <Show when={chosen()}>
        {(user) => (
          <UserDialog
            user={user()}
            onClose={() => setChosen(undefined)}
            onChanged={() => {
              setChosen(undefined);
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
