import { For } from 'solid-js';
import { isAllowed, permissions, roles, type Permission } from '../../../../../src/core/access.ts';

const texts: Readonly<Record<Permission, string>> = {
  view: 'View pages, keep the own account',
  acknowledge: 'Acknowledge alerts',
  judge: 'Give verdicts',
  maintain: 'Take parts out of service',
  'decide-baseline': 'Decide about the baseline',
  'run-lab': 'Run the lab',
  'read-audit': 'Read the audit',
  'manage-users': 'Manage users',
};

/** Which role has which permission. */
export function RoleTable() {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>Permission</th>
          <For each={roles}>{(role) => <th>{role}</th>}</For>
        </tr>
      </thead>
      <tbody>
        <For each={Object.keys(permissions) as Permission[]}>
          {(permission) => (
            <tr>
              <td>{texts[permission]}</td>
              <For each={roles}>{(role) => <td>{isAllowed(role, permission) ? 'yes' : ''}</td>}</For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
