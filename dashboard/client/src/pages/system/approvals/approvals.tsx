import { createResource, createSignal, For, Show } from 'solid-js';
import type { Api } from '../../../../../api/index.ts';
import { act, query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { Button } from '../../../ui/button.tsx';
import { ReasonField } from '../../../ui/fields.tsx';
import { Empty, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

type Request = Api['GET /api/approvals']['answer']['requests'][number];

/** Acts that reduce protection and wait for another user; only for roles that may approve. */
export function Approvals() {
  const { may } = useApp();
  return (
    <Show when={may('approve')}>
      <Waiting />
    </Show>
  );
}

function Waiting() {
  const { zone, clock, health } = useApp();
  const [found, { refetch }] = createResource(
    // again when their number has changed
    () => health.health()?.approvals ?? 0,
    async () => (await query('GET /api/approvals', {})).requests,
  );
  const [opened, setOpened] = createSignal<Request>();
  const row = (request: Request) => (
    <tr>
      <td class="part" title={request.text}>
        <b>{request.text}</b>
      </td>
      <td>
        {request.by.role}
        <Show when={request.own}> · {texts.note.own}</Show>
      </td>
      <td>{zone().moment(request.at, clock.second())}</td>
      <td>{zone().moment(request.expiresAt, clock.second())}</td>
      <td class="wide" title={request.reason}>
        {request.reason}
      </td>
      <td>
        <Button onPress={() => setOpened(request)}>{texts.button.open}</Button>
      </td>
    </tr>
  );
  return (
    <Panel title={texts.title.waiting} end={texts.note.effect} class="approvals">
      <Loaded of={found} retry={() => void refetch()} cells={6}>
        {(requests) => (
          <Show when={requests().length > 0} fallback={<Empty>{texts.sentence.none}</Empty>}>
            <Table
              label={texts.title.waiting}
              head={
                <>
                  <th>{texts.column.act}</th>
                  <th>{texts.column.by}</th>
                  <th>{shared.column.since}</th>
                  <th>{texts.column.expires}</th>
                  <th>{shared.column.reason}</th>
                  <th>
                    <span class="unseen">{texts.column.decide}</span>
                  </th>
                </>
              }
            >
              <For each={requests()}>{row}</For>
            </Table>
          </Show>
        )}
      </Loaded>
      <Show when={opened()}>
        {(request) => (
          <Decide
            request={request()}
            onClose={() => {
              setOpened(undefined);
              health.refresh();
              void refetch();
            }}
          />
        )}
      </Show>
    </Panel>
  );
}

function Decide(props: { readonly request: Request; readonly onClose: () => void }) {
  const [reason, setReason] = createSignal('');
  const decide = async (accept: boolean): Promise<void> => {
    await act('POST /api/approvals/decide', { id: props.request.id, accept, reason: reason() });
  };
  return (
    <ActDialog
      title={texts.title.decide(props.request.text)}
      text={props.request.own ? texts.button.reject : texts.button.approve}
      disabled={reason() === ''}
      run={() => decide(!props.request.own)}
      onClose={props.onClose}
      more={(perform, isBusy) => (
        <Show when={!props.request.own}>
          <Button disabled={reason() === '' || isBusy()} onPress={() => perform(() => decide(false))}>
            {texts.button.reject}
          </Button>
        </Show>
      )}
    >
      <p>{props.request.reason}</p>
      <p class="dim">{props.request.own ? texts.sentence.own : texts.sentence.approve}</p>
      <ReasonField value={reason()} onInput={setReason} />
    </ActDialog>
  );
}
