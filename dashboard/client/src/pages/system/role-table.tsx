import { For } from 'solid-js';
import { isAllowed, permissions, roles, type Permission } from '../../../../../src/core/access.ts';
import { texts } from './text.ts';

/** Table of roles and their permissions. */
export function RoleTable() {
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
