import { createResource, createSignal, For, Show } from 'solid-js';
import { type Role, roles } from '../../../../../../src/core/access.ts';
import type { TokenInfo } from '../../../../../api/index.ts';
import { type TokenGroup, tokenGroupNames } from '../../../../../protocol/token-groups.ts';
import { act, failureText, query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { shared } from '../../../text.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { Table } from '../../../ui/table.tsx';
import { RevokeDialog } from '../revoke-dialog.tsx';
import { ShownOnce } from '../shown-once.tsx';
import { texts as system } from '../text.ts';
import { texts } from './text.ts';

/** API tokens of programs. */
export function Tokens() {
  const [found, { refetch }] = createResource(async () => (await query('GET /api/tokens', {})).tokens);
  const [shown, setShown] = createSignal<string>();
  const [revoking, setRevoking] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
    void refetch();
  };
  return (
    <Panel title={texts.title.tokens} end={texts.note.tokens}>
      <AddToken
        onAdd={(asked) => void trying(async () => void setShown((await act('POST /api/tokens/add', asked)).token))}
        failure={failure()}
      />
      <Loaded of={found} retry={() => void refetch()} cells={2}>
        {(tokens) => (
          <Show when={tokens().length > 0} fallback={<Empty>{texts.sentence.none}</Empty>}>
            <TokenTable tokens={tokens()} onRevoke={setRevoking} />
          </Show>
        )}
      </Loaded>
      <ShownOnce
        secret={shown()}
        title={texts.title.shown}
        sentence={texts.sentence.shown}
        label={texts.label.token}
        onClose={() => setShown(undefined)}
      />
      <Show when={revoking()}>
        {(name) => (
          <RevokeDialog
            title={texts.button.revoke(name())}
            effect={texts.sentence.revoke}
            onClose={() => setRevoking(undefined)}
            onRevoke={(stated) => act('POST /api/tokens/revoke', { name: name(), ...stated })}
            onDone={() => {
              setRevoking(undefined);
              void refetch();
            }}
          />
        )}
      </Show>
    </Panel>
  );
}

interface Asked {
  readonly name: string;
  readonly role: Role;
  readonly groups: TokenGroup[];
  readonly days: number;
}

function AddToken(props: { readonly onAdd: (asked: Asked) => void; readonly failure: string | undefined }) {
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    props.onAdd({
      name: text('token'),
      role: roles.find((one) => one === text('role')) ?? 'viewer',
      groups: tokenGroupNames.filter((group) => data.getAll('groups').includes(group)),
      days: Number(text('days')),
    });
  };
  return (
    <form class="user-form" onSubmit={submit}>
      <label>
        {system.label.name}
        <input class="field" name="token" autocomplete="off" required />
      </label>
      <label>
        {shared.column.role}
        <select class="field" name="role">
          <For each={roles}>{(role) => <option value={role}>{role}</option>}</For>
        </select>
      </label>
      <label>
        {texts.label.days}
        <input class="field" name="days" type="number" min="1" max="366" value="90" required />
      </label>
      <button type="submit" class="button button-primary">
        {texts.button.add}
      </button>
      <fieldset class="choices">
        <legend>{texts.label.groups}</legend>
        <For each={tokenGroupNames}>
          {(group) => (
            <label>
              <input type="checkbox" name="groups" value={group} />
              {group}
            </label>
          )}
        </For>
      </fieldset>
      <Show when={props.failure}>
        <b role="alert">{props.failure}</b>
      </Show>
    </form>
  );
}

function TokenTable(props: { readonly tokens: readonly TokenInfo[]; readonly onRevoke: (name: string) => void }) {
  const { zone, clock } = useApp();
  return (
    <Table
      label={texts.title.tokens}
      head={
        <>
          <th>{system.column.name}</th>
          <th>{shared.column.role}</th>
          <th>{texts.column.groups}</th>
          <th>{texts.column.expires}</th>
          <th>{texts.column.used}</th>
          <th>{texts.column.by}</th>
          <th>
            <span class="unseen">{system.column.change}</span>
          </th>
        </>
      }
    >
      <For each={props.tokens}>
        {(token) => (
          <tr>
            <td>
              <b>{token.name}</b>
            </td>
            <td>{token.role}</td>
            <td class="lines">{token.groups.join(', ')}</td>
            <td>{token.isExpired ? texts.note.expired : zone().moment(token.expiresAtWall, clock.second())}</td>
            <td>{token.lastUsedAtWall === undefined ? texts.note.never : zone().moment(token.lastUsedAtWall, clock.second())}</td>
            <td>{token.createdBy}</td>
            <td>
              <Button onPress={() => props.onRevoke(token.name)}>{texts.button.revoke(token.name)}</Button>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}
