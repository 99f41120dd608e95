import { createResource, createSignal, For, type JSX, Show } from 'solid-js';
import type { HandoverHeading, Signature } from '../../../../../src/core/handover.ts';
import { limits } from '../../../../protocol.ts';
import { act, failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { saveText } from '../../ui/save.ts';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { PrintedTables } from './printed-tables.tsx';
import { texts } from './text.ts';

/** Handover of the shift: notes, the present state of the plant, and two signatures. */
export function Handover() {
  const { may, zone, clock } = useApp();
  const [draft, { refetch }] = createResource(async () => await query('GET /api/handover', {}));
  const [opened, setOpened] = createSignal<string>();
  const [confirming, setConfirming] = createSignal<Confirmation>();
  const [failure, setFailure] = createSignal<string>();
  const trying = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      setFailure(undefined);
      return true;
    } catch (thrown) {
      setFailure(failureText(thrown));
      return false;
    } finally {
      void refetch();
    }
  };
  const signature = ({ at, by: { user = '', role } }: Signature): string =>
    texts.note.signature(user, role, zone().moment(at, clock.second()));
  const confirm = async (): Promise<void> => {
    try {
      await confirming()?.work();
    } finally {
      void refetch();
    }
  };
  return (
    <main class="page shift handover">
      <Panel title={texts.title.handover} end={texts.note.draft}>
        <div class="acts">
          <Show when={may('hand-over')}>
            <NoteForm trying={trying} />
          </Show>
          <Button onPress={() => void refetch()}>{texts.button.refresh}</Button>
          <Show when={failure()}>
            <b role="alert">{failure()}</b>
          </Show>
        </div>
        <Loaded of={draft} retry={() => void refetch()} cells={8}>
          {(known) => (
            <>
              <PrintedTables document={known().document} titled={false} />
              <div class="acts">
                <Show when={may('hand-over')} fallback={<p class="dim">{texts.note.mayNotSign}</p>}>
                  <Button
                    primary
                    onPress={() => {
                      const { key } = known();
                      setConfirming({
                        title: texts.button.sign,
                        text: texts.sentence.sign,
                        work: async () => await act('POST /api/handover/sign', { key }),
                      });
                    }}
                  >
                    {texts.button.sign}
                  </Button>
                </Show>
              </div>
            </>
          )}
        </Loaded>
      </Panel>
      <Panel title={texts.title.signed}>
        <Loaded of={draft} retry={() => void refetch()} cells={3}>
          {(known) => (
            <Show when={known().handovers.length > 0} fallback={<Empty>{texts.sentence.noHandover}</Empty>}>
              <Table
                label={texts.title.signed}
                head={
                  <>
                    <th>{texts.column.handedOver}</th>
                    <th>{texts.column.takenOver}</th>
                    <th>
                      <span class="unseen">{texts.column.acts}</span>
                    </th>
                  </>
                }
              >
                <For each={known().handovers}>
                  {(one, i) => (
                    <tr>
                      <td>{signature(one.outgoing)}</td>
                      <td>{one.incoming === undefined ? texts.note.notTaken : signature(one.incoming)}</td>
                      <td class="acts">
                        <Button onPress={() => setOpened(one.id)}>{texts.button.read}</Button>
                        <Show when={i() === 0 && one.incoming === undefined && may('hand-over')}>
                          <Button
                            onPress={() =>
                              setConfirming({
                                title: texts.button.takeOver,
                                text: texts.sentence.takeOver(signature(one.outgoing)),
                                work: async () => await act('POST /api/handover/take', { id: one.id }),
                              })
                            }
                          >
                            {texts.button.takeOver}
                          </Button>
                        </Show>
                      </td>
                    </tr>
                  )}
                </For>
              </Table>
            </Show>
          )}
        </Loaded>
      </Panel>
      <Show when={opened()} keyed>
        {(id) => <Signed id={id} onClose={() => setOpened(undefined)} />}
      </Show>
      <Show when={confirming()}>
        {(asked) => (
          <ActDialog title={asked().title} text={asked().title} run={confirm} onClose={() => setConfirming(undefined)}>
            <p>{asked().text}</p>
          </ActDialog>
        )}
      </Show>
    </main>
  );
}

interface Confirmation {
  readonly title: string;
  readonly text: JSX.Element;
  readonly work: () => Promise<unknown>;
}

function NoteForm(props: { readonly trying: (work: Promise<unknown>) => Promise<boolean> }) {
  const [text, setText] = createSignal('');
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (text().trim() !== '' && (await props.trying(act('POST /api/handover/note', { text: text() })))) setText('');
  };
  return (
    <form class="note-form" onSubmit={(event) => void add(event)}>
      <input
        class="field"
        name="note"
        autocomplete="off"
        required
        aria-label={texts.label.note}
        placeholder={texts.label.note}
        maxlength={limits.shiftNote}
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button">
        {texts.button.addNote}
      </button>
    </form>
  );
}

/** A signed handover as it was shown. */
function Signed(props: { readonly id: string; readonly onClose: () => void }) {
  const [found, { refetch }] = createResource(async () => await query('GET /api/handover/signed', { id: props.id }));
  const fileName = (heading: HandoverHeading): string =>
    `handover-${new Date(heading.outgoing.at).toISOString().slice(0, 16).replace(':', '')}.html`;
  return (
    <Dialog title={texts.title.signedOne} onClose={props.onClose}>
      <div class="signed">
        <Loaded of={found} retry={() => void refetch()} cells={6}>
          {(known) => (
            <>
              <PrintedTables document={known().document} label={texts.title.signedOne} />
              <div class="acts">
                <Button onPress={() => saveText(fileName(known().handover), known().html)}>{texts.button.saveHtml}</Button>
                <Button key="Esc" onPress={props.onClose}>
                  {shared.button.close}
                </Button>
              </div>
            </>
          )}
        </Loaded>
      </div>
    </Dialog>
  );
}
