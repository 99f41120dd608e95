import { createResource, createSignal, For, Show } from 'solid-js';
import { rolesText } from '../../../../../../src/core/access.ts';
import type { TagInfo } from '../../../../../api/index.ts';
import { query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Table } from '../../../ui/table.tsx';
import { ApproveDialog } from './approve.tsx';
import { WithdrawDialog } from './withdraw.tsx';
import { type Comparison, figure, type Line } from './comparison.ts';
import { texts } from './text.ts';

/** Panel with the reference set, and the values that are not as approved. */
export function Reference() {
  const { alerts, health, tags } = useApp();
  const [found, { refetch }] = createResource(
    // again when an alert begins or ends, or the act of another user has ended
    () => `${alerts.open().length} ${health.health()?.approvals ?? 0}`,
    async (): Promise<Comparison> => {
      const body = await query('GET /api/reference', {});
      const known = await tags.named(body.lines.map(({ tag }) => tag));
      return { body, tags: new Map(known.map((tag) => [tag.name, tag])) };
    },
  );
  const shown = (): Comparison | undefined => (found.state === 'errored' ? undefined : found.latest);
  return <Show when={shown()}>{(comparison) => <Compared of={comparison()} onDone={() => void refetch()} />}</Show>;
}

function Compared(props: { readonly of: Comparison; readonly onDone: () => void }) {
  const { zone, clock, may, live } = useApp();
  const [open, setOpen] = createSignal<'approve' | 'withdraw'>();
  const body = () => props.of.body;
  const listed = () => body().lines.filter(({ state }) => state !== 'equal' && state !== 'not-referenced');
  const countOf = (state: Line['state']): number => body().lines.filter((line) => line.state === state).length;
  const heading = (): string => {
    const { set, problem } = body();
    if (set === undefined) return problem === undefined ? texts.note.none : texts.note.invalid;
    const moment = zone().moment(set.at, clock.second());
    if (set.count === 0) return texts.note.withdrawn(set.version, set.by.role, moment);
    return texts.note.version(set.version, set.count, set.by.role, moment);
  };
  const isCompared = (): boolean => (body().set?.count ?? 0) > 0;
  const close = (): void => {
    setOpen(undefined);
    props.onDone();
  };
  return (
    <Panel title={texts.title.set} end={heading()} class="reference-set">
      <Show when={body().problem}>{(problem) => <p>{problem()}</p>}</Show>
      <Show
        when={isCompared()}
        fallback={<Show when={body().problem === undefined}>{<p class="dim">{texts.sentence.empty}</p>}</Show>}
      >
        <Show when={listed().length > 0} fallback={<p class="dim">{texts.sentence.equal}</p>}>
          <Table
            label={texts.title.set}
            head={
              <>
                <th>{texts.column.tag}</th>
                <th>{texts.column.present}</th>
                <th>{texts.column.reference}</th>
                <th>{texts.column.since}</th>
                <th>{texts.column.write}</th>
              </>
            }
          >
            <For each={listed()}>{(line) => <Row line={line} tag={props.of.tags.get(line.tag)} />}</For>
          </Table>
        </Show>
        <p class="dim">{texts.note.rest(countOf('equal'), countOf('not-referenced'))}</p>
      </Show>
      <Show when={!body().waiting} fallback={<p class="dim">{texts.sentence.waiting}</p>}>
        <Show
          when={may('approve-reference')}
          fallback={<p class="dim">{texts.sentence.roles(rolesText('approve-reference'))}</p>}
        >
          <div class="acts">
            <Button disabled={!live()} onPress={() => setOpen('approve')}>
              {texts.button.approve}
            </Button>
            <Show when={isCompared() || body().problem !== undefined}>
              <Button disabled={!live()} onPress={() => setOpen('withdraw')}>
                {texts.button.withdraw}
              </Button>
            </Show>
          </div>
        </Show>
      </Show>
      <Show when={open() === 'approve'}>
        <ApproveDialog of={props.of} onClose={close} />
      </Show>
      <Show when={open() === 'withdraw'}>
        <WithdrawDialog of={props.of} onClose={close} />
      </Show>
    </Panel>
  );
}

function Row(props: { readonly line: Line; readonly tag: TagInfo | undefined }) {
  const { zone, clock } = useApp();
  const present = (): string => {
    const { state, present: value } = props.line;
    if (state === 'not-configured') return texts.note.notConfigured;
    return value === undefined ? texts.note.noValue : figure(value, props.tag);
  };
  const expected = (): string => {
    const { reference } = props.line;
    if (reference === undefined) return texts.note.none;
    const { value, low, high } = reference;
    return low === undefined || high === undefined
      ? figure(value, props.tag)
      : texts.note.span(figure(low, props.tag), figure(high, props.tag));
  };
  return (
    <tr>
      <td title={props.tag?.description}>
        <b>{props.line.tag}</b>
      </td>
      <td>{present()}</td>
      <td>{expected()}</td>
      <td>{props.line.since === undefined ? '' : zone().moment(props.line.since, clock.second())}</td>
      <td>{props.line.write?.client ?? ''}</td>
    </tr>
  );
}
