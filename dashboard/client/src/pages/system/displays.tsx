import { createResource, createSignal, For, Show } from 'solid-js';
import { act, failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Table } from '../../ui/table.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { ShownOnce } from './shown-once.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Wall displays: screens with a link of their own. */
export function Displays() {
  const { zone, clock } = useApp();
  const [found, { refetch }] = createResource(async () => (await query('GET /api/displays', {})).displays);
  const [link, setLink] = createSignal<string>();
  const [revoking, setRevoking] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const [name, setName] = createSignal('');
  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
    void refetch();
  };
  const add = async (): Promise<void> => {
    const { token } = await act('POST /api/displays/add', { name: name() });
    setLink(`${document.baseURI.replace(/#.*$/, '')}#/wall/${token}`);
    setName('');
  };
  return (
    <Panel title={texts.title.displays} end={texts.note.displays}>
      <form
        class="user-form"
        onSubmit={(event) => {
          event.preventDefault();
          void trying(add);
        }}
      >
        <label>
          {texts.label.name}
          <input
            class="field"
            name="display"
            autocomplete="off"
            required
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button button-primary">
          {texts.button.addDisplay}
        </button>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
      </form>
      <Loaded of={found} retry={() => void refetch()} cells={2}>
        {(displays) => (
          <Show when={displays().length > 0} fallback={<Empty>{texts.sentence.noDisplays}</Empty>}>
            <Table
              label={texts.title.displays}
              head={
                <>
                  <th>{texts.column.name}</th>
                  <th>{shared.column.since}</th>
                  <th class="num">{texts.column.openSessions}</th>
                  <th>
                    <span class="unseen">{texts.column.change}</span>
                  </th>
                </>
              }
            >
              <For each={displays()}>
                {(display) => (
                  <tr>
                    <td>
                      <b>{display.name}</b>
                    </td>
                    <td>{zone().moment(display.createdAt, clock.second())}</td>
                    <td class="num">{display.sessions.length}</td>
                    <td>
                      <Button onPress={() => setRevoking(display.name)}>{texts.button.revokeDisplay(display.name)}</Button>
                    </td>
                  </tr>
                )}
              </For>
            </Table>
          </Show>
        )}
      </Loaded>
      <ShownOnce
        secret={link()}
        title={texts.title.displayLink}
        sentence={texts.sentence.displayLink}
        label={texts.title.displayLink}
        onClose={() => setLink(undefined)}
      />
      <Show when={revoking()}>
        {(revoked) => (
          <RevokeDialog
            title={texts.button.revokeDisplay(revoked())}
            effect={texts.sentence.revokeDisplay}
            onRevoke={(stated) => act('POST /api/displays/revoke', { name: revoked(), ...stated })}
            onClose={() => setRevoking(undefined)}
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
