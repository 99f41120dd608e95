import { For } from 'solid-js';
import type { OpenSession } from '../../../../protocol.ts';
import { useApp } from '../../store/app-context.ts';
import { Address } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { texts } from './text.ts';

/** Table of the open sessions of a user, each with a button that ends it. */
export function Sessions(props: { readonly sessions: readonly OpenSession[]; readonly onEnd: (session: OpenSession) => void }) {
  const { zone } = useApp();
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{texts.column.signedIn}</th>
          <th>{texts.column.lastActivity}</th>
          <th>{texts.column.address}</th>
          <th>
            <span class="unseen">{texts.column.end}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.sessions}>
          {(session) => (
            <tr>
              <td>{zone().moment(session.openedAtWall, session.activeAtWall)}</td>
              <td>{zone().moment(session.activeAtWall, session.activeAtWall)}</td>
              <td class="mono address">
                <Address of={session.address} />
              </td>
              <td>
                <Button onPress={() => props.onEnd(session)}>
                  {session.own ? texts.button.signOut : texts.button.endSession}
                </Button>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
