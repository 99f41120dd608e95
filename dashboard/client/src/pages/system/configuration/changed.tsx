import { createResource, createSignal, For, Show } from 'solid-js';
import { rolesText } from '../../../../../../src/core/access.ts';
import type { Alert } from '../../../../../../src/core/alert.ts';
import { shownValues } from '../../../../../../src/core/changed-configuration.ts';
import type { Api } from '../../../../../api/index.ts';
import { act, query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { Button } from '../../../ui/button.tsx';
import { ReasonField } from '../../../ui/fields.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

type Change = NonNullable<Api['GET /api/configuration']['answer']['change']>;

/** Panel with the changed settings that nobody has confirmed, if there are any. */
export function ChangedConfiguration() {
  const { zone, clock } = useApp();
  const { change, refetch } = useChange();
  return (
    <Show when={change()}>
      {(open) => (
        <Panel
          class="changed-configuration"
          title={texts.title.changed}
          end={texts.note.since(open().file, zone().moment(open().at, clock.second()))}
        >
          <Settings change={open()} onDone={refetch} />
        </Panel>
      )}
    </Show>
  );
}

/** The same on the page of the alarm that reports them. */
export function ChangedSettings(props: { readonly alert: Alert }) {
  const { change, refetch } = useChange();
  const own = () => {
    const open = change();
    return open !== undefined && props.alert.device?.endsWith(`/${open.id}`) === true ? open : undefined;
  };
  return <Show when={own()}>{(open) => <Settings change={open()} onDone={refetch} />}</Show>;
}

function useChange() {
  const { health } = useApp();
  const [found, { refetch }] = createResource(
    // again when a reason was stated, or the act of another user has ended
    () => `${health.health()?.unconfirmed ?? 0} ${health.health()?.approvals ?? 0}`,
    async () => await query('GET /api/configuration', {}),
  );
  return {
    change: (): Change | undefined => (found.state === 'errored' ? undefined : found.latest?.change),
    refetch: (): void => {
      health.refresh();
      void refetch();
    },
  };
}

function Settings(props: { readonly change: Change; readonly onDone: () => void }) {
  const { may, live } = useApp();
  const [isOpen, setOpen] = createSignal(false);
  return (
    <>
      <Table
        label={texts.title.changed}
        head={
          <>
            <th>{texts.column.setting}</th>
            <th>{texts.column.before}</th>
            <th>{texts.column.now}</th>
          </>
        }
      >
        <For each={props.change.settings}>
          {(setting) => {
            const { before, after } = shownValues(setting);
            return (
              <tr>
                <td>
                  <b>{setting.object}</b>
                </td>
                <td>{before ?? texts.note.none}</td>
                <td class="wide" title={after}>
                  {after ?? texts.note.removed}
                </td>
              </tr>
            );
          }}
        </For>
        <Show when={props.change.count > props.change.settings.length}>
          <tr>
            <td colspan="3">{texts.note.more(props.change.count - props.change.settings.length)}</td>
          </tr>
        </Show>
      </Table>
      <Show when={!props.change.waiting} fallback={<p class="dim">{texts.sentence.waiting}</p>}>
        <Show
          when={may('confirm-configuration')}
          fallback={<p class="dim">{texts.sentence.roles(rolesText('confirm-configuration'))}</p>}
        >
          <div class="acts">
            <Button primary disabled={!live()} onPress={() => setOpen(true)}>
              {texts.button.confirm}
            </Button>
          </div>
        </Show>
      </Show>
      <Show when={isOpen()}>
        <Confirm
          id={props.change.id}
          onClose={() => {
            setOpen(false);
            props.onDone();
          }}
        />
      </Show>
    </>
  );
}

function Confirm(props: { readonly id: string; readonly onClose: () => void }) {
  const { site } = useApp();
  const [reason, setReason] = createSignal('');
  const confirm = async (): Promise<void> => {
    await act('POST /api/configuration/confirm', { id: props.id, reason: reason() });
  };
  return (
    <ActDialog
      title={texts.title.confirm}
      text={texts.button.confirm}
      disabled={reason().trim() === ''}
      run={confirm}
      onClose={props.onClose}
    >
      <p>{texts.sentence.effect}</p>
      <p class="dim">{texts.sentence.wrong}</p>
      <ReasonField value={reason()} onInput={setReason} />
      <Show when={site.secondPerson === true}>
        <p>{shared.sentence.secondPerson}</p>
      </Show>
    </ActDialog>
  );
}
