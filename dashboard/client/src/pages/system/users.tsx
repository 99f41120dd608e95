import { createResource, createSignal, For, Show } from 'solid-js';
import type { UserInfo } from '../../../../api/index.ts';
import { isAllowed, type Permission, permissions, roles } from '../../../../../src/core/access.ts';
import type { OpenSession } from '../../../../protocol.ts';
import { act, failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Sessions } from './sessions.tsx';
import { UserDialog } from './user-dialog.tsx';
import { shared } from '../../text.ts';
import { PassphraseField } from '../../ui/passphrase-field.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** Accounts with their roles and sessions. */
export function Users() {
  const { zone, clock } = useApp();
  const [found, { refetch }] = createResource(async () => await query('GET /api/users', {}));
  const end = async ({ number }: OpenSession): Promise<void> => {
    await act('POST /api/users/end-session', { session: number }).catch(() => {});
    void refetch();
  };
  const [chosen, setChosen] = createSignal<UserInfo>();
  return (
    <Panel title={texts.title.users} end={<Show when={found.state === 'ready'}>{found()?.users.length}</Show>}>
      <AddUser onAdded={() => void refetch()} />
      <Loaded of={found} retry={() => void refetch()} cells={4}>
        {(known) => (
          <ScrollRegion label={texts.title.users}>
            <table class="table">
              <thead>
                <tr>
                  <th>{texts.column.name}</th>
                  <th>{shared.column.role}</th>
                  <th>{shared.column.state}</th>
                  <th>{shared.column.since}</th>
                  <th class="num">{texts.column.openSessions}</th>
                  <th>
                    <span class="unseen">{texts.column.change}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                <For each={known().users}>
                  {(user) => (
                    <tr>
                      <td>
                        <b>{user.name}</b>
                      </td>
                      <td>{user.role}</td>
                      <td>{user.disabled ? texts.note.disabled : texts.note.enabled}</td>
                      <td>{zone().moment(user.createdAt, clock.second())}</td>
                      <td class="num">{user.sessions.length}</td>
                      <td>
                        <Button onPress={() => setChosen(user)}>{texts.button.changeUser(user.name)}</Button>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
            <Federated users={known().federated} onEnd={(session) => void end(session)} />
            <RoleTable />
          </ScrollRegion>
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

/** Users of the identity provider who are signed in. */
function Federated(props: {
  readonly users: readonly { readonly name: string; readonly role: string; readonly sessions: readonly OpenSession[] }[];
  readonly onEnd: (session: OpenSession) => void;
}) {
  return (
    <For each={props.users}>
      {(user) => (
        <section>
          <h3>{texts.label.federated(user.name, user.role)}</h3>
          <Sessions sessions={user.sessions} onEnd={props.onEnd} />
        </section>
      )}
    </For>
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
      setFailure(failureText(thrown));
    }
  };
  return (
    <form class="user-form" ref={(element) => (form = element)} onSubmit={(event) => void submit(event)}>
      <label>
        {texts.label.name}
        <input class="field" name="name" autocomplete="off" required />
      </label>
      <PassphraseField purpose="new" />
      <label>
        {shared.column.role}
        <select class="field" name="role">
          <For each={roles}>{(role) => <option value={role}>{role}</option>}</For>
        </select>
      </label>
      <button type="submit" class="button button-primary">
        {texts.button.addUser}
      </button>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
    </form>
  );
}

/** Table of roles and their permissions. */
function RoleTable() {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{texts.column.permission}</th>
          <For each={roles}>{(role) => <th>{role}</th>}</For>
        </tr>
      </thead>
      <tbody>
        <For each={Object.keys(permissions) as Permission[]}>
          {(permission) => (
            <tr>
              <td>{texts.label.permissions[permission]}</td>
              <For each={roles}>{(role) => <td>{isAllowed(role, permission) ? texts.note.yes : ''}</td>}</For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
