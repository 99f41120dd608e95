import { For } from 'solid-js';
import type { OpenSession } from '../../../../protocol.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';

/** Open sessions of one user, each with a button that ends it. */
export function Sessions(props: { readonly sessions: readonly OpenSession[]; readonly onEnd: (session: OpenSession) => void }) {
  const { zone } = useStation();
  return (
    <table class="table">
      <thead>
        <tr>
          <th>Signed in</th>
          <th>Last act</th>
          <th>Address</th>
          <th>
            <span class="unseen">End</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.sessions}>
          {(session) => (
            <tr>
              <td>{zone().moment(session.openedAtWall, session.activeAtWall)}</td>
              <td>{zone().moment(session.activeAtWall, session.activeAtWall)}</td>
              <td class="mono">{session.address}</td>
              <td>
                <Button onPress={() => props.onEnd(session)}>{session.own ? 'Sign out' : 'End session'}</Button>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
