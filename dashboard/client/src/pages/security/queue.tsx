import { createMemo, createSignal, For, Show, type Resource } from 'solid-js';
import type { Api, CaseSummary } from '../../../../api/index.ts';
import { byQueue, caseGroupings, isDone, namesOf, type CaseFilter, type CaseGrouping } from '../../pure/alerts/cases.ts';
import { act, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { WorkDialog } from '../incident/work.tsx';
import { CaseDetail } from './case-detail.tsx';
import { CloseDialog } from './close-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { Groups } from './groups.tsx';
import { texts } from './text.ts';
import { workText } from './work-text.ts';

type Answer = Api['GET /api/security/cases']['answer'];
type Attack = Api['GET /api/security/attack']['answer'];

/** Cases in the order in which they are to be worked on, operated by keyboard. */
export function Queue(props: {
  readonly cases: Resource<Answer>;
  readonly attack: Attack | undefined;
  readonly filter: CaseFilter | undefined;
  readonly onFilter: (filter: CaseFilter | undefined) => void;
  readonly retry: () => void;
}) {
  const { go, live, may } = useApp();
  const [grouping, setGrouping] = createSignal<CaseGrouping>(props.filter?.grouping ?? 'technique');
  const [cursor, setCursor] = createSignal<string>();
  const [dialog, setDialog] = createSignal<'close' | 'work' | 'export'>();
  const [failure, setFailure] = createSignal<string>();
  const all = createMemo(() => (props.cases.state === 'errored' ? [] : (props.cases.latest?.cases ?? [])));
  const rows = createMemo(() => {
    const { filter } = props;
    const matching = all().filter(
      (one) => filter === undefined || namesOf(one, filter.grouping).some(({ name }) => name === filter.name),
    );
    return matching.toSorted(byQueue);
  });
  const selected = createMemo(() => rows().find(({ id }) => id === cursor()) ?? rows()[0]);
  const open = (): number => rows().filter((one) => !isDone(one)).length;

  const move = (by: number): void => {
    const list = rows();
    const at = list.findIndex(({ id }) => id === selected()?.id);
    const next = list[Math.min(list.length - 1, Math.max(0, at + by))];
    setCursor(next?.id);
    if (next !== undefined) document.querySelector(`[data-case="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const nextUntaken = (): void => {
    const list = rows();
    const at = list.findIndex(({ id }) => id === selected()?.id);
    const free = [...list.slice(at + 1), ...list.slice(0, at + 1)].find((one) => (one.triage?.state ?? 'new') === 'new');
    if (free !== undefined) setCursor(free.id);
  };
  const mayTriage = (): boolean => live() && may('triage') && selected() !== undefined;
  const take = async (): Promise<void> => {
    const one = selected();
    if (one === undefined || !mayTriage()) return;
    try {
      await act('POST /api/incident/triage', { id: one.id, state: 'in progress', assignee: 'me' });
      setFailure(undefined);
      props.retry();
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const openDialog = (which: 'close' | 'work' | 'export', allowed: boolean): void => {
    if (allowed && selected() !== undefined) setDialog(which);
  };
  const mayComment = (): boolean => live() && may('judge');
  const mayExport = (): boolean => live() && may('export-case');
  const toIncident = (): void => {
    const one = selected();
    if (one !== undefined) go({ page: 'incident', id: one.id });
  };
  const closed = (): void => {
    setDialog(undefined);
    props.retry();
  };
  useKeys(() => [
    { caption: '↑ ↓', text: shared.key.move, on: ['ArrowUp', 'ArrowDown'], run: (key) => move(key === 'ArrowUp' ? -1 : 1) },
    { caption: 'N', text: texts.key.nextUntaken, on: ['n'], run: nextUntaken },
    { caption: 'K', text: texts.key.take, on: ['k'], run: () => void take() },
    { caption: 'V', text: texts.key.closeCase, on: ['v'], run: () => openDialog('close', mayTriage()) },
    { caption: 'C', text: shared.key.comment, on: ['c'], run: () => openDialog('work', mayComment()) },
    { caption: 'E', text: shared.key.export, on: ['e'], run: () => openDialog('export', mayExport()) },
    { caption: 'W', text: shared.key.explain, on: ['w'], run: toIncident },
    { caption: '↵', text: shared.key.explain, on: ['Enter'], run: toIncident, quiet: true },
    { caption: 'F', text: texts.key.group, on: ['f'], run: () => nextGrouping(), quiet: true },
  ]);
  const nextGrouping = (): void => {
    const at = caseGroupings.indexOf(grouping());
    setGrouping(caseGroupings[(at + 1) % caseGroupings.length] ?? 'technique');
  };
  const end = (): string => {
    const { filter } = props;
    const count = texts.note.cases(open(), rows().length - open());
    return filter === undefined ? count : texts.note.filtered(filter.name, rows().length);
  };
  return (
    <main class="page security">
      <Groups
        cases={all()}
        attack={props.attack}
        grouping={grouping()}
        onGrouping={setGrouping}
        filter={props.filter}
        onFilter={props.onFilter}
      />
      <Panel title={texts.title.queue} end={end()}>
        <Show when={props.filter}>
          <p class="notice">
            <Button onPress={() => props.onFilter(undefined)}>{texts.button.allCases}</Button>
          </p>
        </Show>
        <Show when={props.cases.state !== 'errored' && props.cases.latest?.more}>
          <p class="dim">{texts.sentence.more}</p>
        </Show>
        <Loaded of={props.cases} retry={props.retry} cells={8}>
          {() => (
            <Show
              when={rows().length > 0}
              fallback={<Empty>{props.filter === undefined ? texts.sentence.none : texts.sentence.noneMatches}</Empty>}
            >
              <CaseTable rows={rows()} selected={selected()?.id} onSelect={setCursor} onOpen={toIncident} />
            </Show>
          )}
        </Loaded>
      </Panel>
      <CaseDetail
        of={selected()}
        attack={props.attack}
        failure={failure()}
        onTake={mayTriage() ? () => void take() : undefined}
        onClose={mayTriage() ? () => openDialog('close', true) : undefined}
        onComment={mayComment() ? () => openDialog('work', true) : undefined}
        onExport={mayExport() ? () => openDialog('export', true) : undefined}
        onOpen={toIncident}
      />
      <Show when={dialog() !== undefined && selected()}>
        {(one) => (
          <>
            <Show when={dialog() === 'close'}>
              <CloseDialog of={one()} onClose={closed} />
            </Show>
            <Show when={dialog() === 'work'}>
              <WorkDialog incident={one().id} triage={one().triage} onClose={closed} />
            </Show>
            <Show when={dialog() === 'export'}>
              <ExportDialog incident={one().id} onClose={() => setDialog(undefined)} />
            </Show>
          </>
        )}
      </Show>
    </main>
  );
}

function CaseTable(props: {
  readonly rows: readonly CaseSummary[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: () => void;
}) {
  const { zone, clock } = useApp();
  return (
    <ScrollRegion label={texts.title.queue}>
      <table class="table">
        <thead>
          <tr>
            <th>
              <span class="unseen">{shared.column.priority}</span>
            </th>
            <th>{texts.column.case}</th>
            <th>{shared.column.since}</th>
            <th>{texts.column.title}</th>
            <th>{texts.column.techniques}</th>
            <th class="large-only">{texts.column.clients}</th>
            <th>{texts.column.work}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(one) => (
              <tr
                data-case={one.id}
                classList={{ new: (one.triage?.state ?? 'new') === 'new', chosen: props.selected === one.id }}
                aria-selected={props.selected === one.id}
                onClick={() => props.onSelect(one.id)}
                onDblClick={() => props.onOpen()}
              >
                <td>
                  <Badge priority={one.priority} state={one.state} />
                </td>
                <td>
                  <button type="button" class="link" onClick={() => props.onSelect(one.id)}>
                    {one.id}
                  </button>
                </td>
                <td>{zone().moment(one.since, clock.second())}</td>
                <td class="wide whole" title={one.sentence}>
                  {one.title}
                </td>
                <td class="part" title={one.techniques.map(({ id }) => id).join(', ')}>
                  {one.techniques.map(({ id }) => id).join(', ')}
                </td>
                <td class="part large-only" title={one.clients.map(({ name }) => name).join(', ')}>
                  {one.clients.map(({ name }) => name).join(', ')}
                </td>
                <td>{workText(one)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </ScrollRegion>
  );
}
