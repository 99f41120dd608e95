import { createMemo, createResource, createSignal, For, Show } from 'solid-js';
import { isOpen, needsAcknowledgement, type Alert, type AlertFinding, mainTag } from '../../../../../src/core/alert.ts';
import type { IncidentBody, IncidentChange } from '../../../../api/index.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { displayOf } from '../../pure/alerts/alert-words.ts';
import { formatFigure } from '../../pure/format.ts';
import { incidentsOf } from '../../pure/alerts/incidents.ts';
import { mergedSteps } from '../../pure/alerts/sequence.ts';
import { byUrgency } from '../../pure/alerts/urgency.ts';
import { query } from '../../store/api.ts';
import { useAcknowledge } from '../../store/acknowledge.ts';
import { useApp } from '../../store/app-context.ts';
import { AlertRows } from '../../ui/alert-rows.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Table } from '../../ui/table.tsx';
import { Contributions } from './contributions.tsx';
import { IncidentHead } from './head.tsx';
import './incident.css';
import { LearnDialog } from './learn.tsx';
import { MeasuredPanel } from './measured.tsx';
import { Sequence } from './sequence.tsx';
import { ResponsePanel } from './response.tsx';
import { Supporting } from './supporting.tsx';
import { IncidentVerdictDialog, type Judged, VerdictPanel } from './verdict.tsx';
import { WorkDialog } from './work.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Page of one incident: one sentence first, evidence second. */
export function Incident() {
  const { route, alerts, go, live, may, back } = useApp();
  const at = route();
  const id = at.page === 'incident' ? at.id : '';
  const { acknowledge, allowed } = useAcknowledge();
  const all = createMemo(() => incidentsOf(alerts.open()));
  // the stream reports changes of this incident; each change requests its whole history again
  const changed = createMemo(() =>
    [...alerts.open(), ...alerts.cleared()]
      .filter((alert) => alert.incident === id)
      .map((alert) =>
        [alert.id, alert.state, alert.verdict?.at, alert.incidentVerdict?.at, alert.triage?.at, alert.comments].join(' '),
      )
      .join(','),
  );
  /** All loaded steps, also those that a new answer no longer contains. */
  const [steps, setSteps] = createSignal<readonly IncidentChange[]>([]);
  const [earlier, setEarlier] = createSignal(false);
  const kept = (answer: IncidentBody): IncidentBody => {
    const isFirst = steps().length === 0;
    // too many new steps for one answer: the loaded ones do not connect to it
    const joins = steps().some(({ sequence }) => sequence >= (answer.changes[0]?.sequence ?? 0));
    setSteps((known) => (joins || !answer.earlier ? mergedSteps(known, answer.changes) : answer.changes));
    if (isFirst || !joins) setEarlier(answer.earlier);
    return answer;
  };
  const [found, { refetch }] = createResource(
    () => `${id} ${changed()}`,
    async () => kept(await query('GET /api/incident', { id })),
  );
  const loadEarlier = async (): Promise<void> => {
    const answer = await query('GET /api/incident', { id, before: steps()[0]?.sequence });
    setSteps((known) => mergedSteps(known, answer.changes));
    setEarlier(answer.earlier);
  };
  const members = createMemo((): readonly Alert[] => {
    const loaded = found.state === 'errored' ? [] : (found.latest?.alerts ?? []);
    return loaded.map((alert) => alerts.find(alert.id) ?? alert);
  });
  const [chosen, setChosen] = createSignal(at.page === 'incident' ? at.alert : undefined);
  const [judging, setJudging] = createSignal<Judged>();
  const [learning, setLearning] = createSignal(false);
  const selected = createMemo(() => members().find((alert) => alert.id === chosen()) ?? worst(members()));
  const countText = (): string => {
    const omitted = found.state === 'errored' ? 0 : (found.latest?.omitted ?? 0);
    return omitted === 0 ? `${members().length}` : texts.note.countOf(members().length, members().length + omitted);
  };
  const [working, setWorking] = createSignal(false);
  // the stream has roles, the history names
  const triage = () => {
    const loaded = found.state === 'errored' ? [] : (found.latest?.alerts ?? []);
    return loaded.find((alert) => alert.triage !== undefined)?.triage;
  };
  const comments = (): number => members().reduce((sum, alert) => sum + (alert.comments ?? 0), 0);
  const mayWork = (): boolean => live() && may('judge');
  const waiting = () => members().filter((alert) => needsAcknowledgement(alert.state));
  const take = (): void => {
    if (allowed()) acknowledge(waiting().map((alert) => alert.id));
  };
  const step = (by: number): void => {
    const list = all();
    const here = list.findIndex((incident) => incident.id === id);
    const next = list[(here + by + list.length) % Math.max(1, list.length)];
    if (next !== undefined) go({ page: 'incident', id: next.id });
  };
  const toTrend = (): void => {
    const alert = selected();
    const tag = alert === undefined ? undefined : mainTag(alert);
    if (tag !== undefined) go({ page: 'tag', tag });
  };
  const toDisplay = (): void => {
    const alert = selected();
    if (alert !== undefined) go(displayOf(alert));
  };
  useKeys(() => [
    { caption: 'A', text: shared.key.acknowledge, on: ['a'], run: take },
    { caption: 'V', text: shared.key.verdict, on: ['v'], run: () => setJudging(mayWork() ? 'incident' : undefined) },
    { caption: 'C', text: shared.key.comment, on: ['c'], run: () => setWorking(mayWork()) },
    { caption: 'T', text: shared.key.trend, on: ['t'], run: toTrend },
    { caption: 'D', text: shared.key.unit, on: ['d'], run: toDisplay },
    { caption: '[ ]', text: texts.key.neighbours, on: ['[', ']'], run: (key) => step(key === ']' ? 1 : -1) },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back },
  ]);
  return (
    <>
      <Sub
        label={shared.title.incidents}
        tabs={
          <>
            <Tab to={{ page: 'incidents' }} current={false}>
              {texts.label.allIncidents}
            </Tab>
            <Show when={!all().some((incident) => incident.id === id)}>
              <Tab to={{ page: 'incident', id }} current>
                {id}
              </Tab>
            </Show>
            <For each={all().slice(0, 5)}>
              {(incident) => (
                <Tab to={{ page: 'incident', id: incident.id }} current={incident.id === id}>
                  {incident.id}
                  <Badge priority={incident.worst.priority} state={incident.worst.state} size={20} />
                </Tab>
              )}
            </For>
          </>
        }
        tools={
          <>
            <Button key="D" onPress={toDisplay}>
              {shared.button.openUnit}
            </Button>
            <Button key="T" onPress={toTrend}>
              {shared.button.openTrend}
            </Button>
          </>
        }
      />
      <main class="page incident">
        <Show
          when={selected()}
          fallback={
            <Panel title={id}>
              <Loaded of={found} retry={() => void refetch()}>
                {() => (
                  <Empty>
                    <b>{texts.sentence.unknown(id)}</b>
                  </Empty>
                )}
              </Loaded>
            </Panel>
          }
        >
          {(alert) => (
            <>
              <IncidentHead
                alert={alert()}
                members={members()}
                open={members().some((one) => isOpen(one.state))}
                onAcknowledge={allowed() && waiting().length > 0 ? take : undefined}
                waiting={waiting().length}
                triage={triage()}
                comments={comments()}
                onWork={mayWork() ? () => setWorking(true) : undefined}
                onJudge={mayWork() ? () => setJudging('incident') : undefined}
              />
              <MeasuredPanel alert={alert()} members={members()} />
              <Contributions alert={alert()} />
              <ResponsePanel alert={alert()} members={members()} />
              <div class="stack">
                <Sequence
                  alerts={members()}
                  changes={steps()}
                  onEarlier={earlier() ? () => void loadEarlier().catch(() => setEarlier(true)) : undefined}
                />
                <Supporting incident={id} turn={changed()} />
              </div>
              <Panel title={texts.title.alerts} end={countText()}>
                <AlertRows alerts={members().toSorted(byUrgency)} selected={alert().id} onSelect={setChosen} />
                <Evidence alert={alert()} />
              </Panel>
              <VerdictPanel
                incident={id}
                alert={alert()}
                members={members()}
                onJudge={mayWork() ? () => setJudging('alert') : undefined}
                onLearn={live() ? () => setLearning(true) : undefined}
              />
              <Show when={working()}>
                <WorkDialog incident={id} triage={triage()} onClose={() => setWorking(false)} />
              </Show>
              <Show when={judging()}>
                {(of) => (
                  <IncidentVerdictDialog
                    of={of()}
                    incident={id}
                    alert={alert()}
                    members={members()}
                    onClose={() => setJudging(undefined)}
                  />
                )}
              </Show>
              <Show when={learning()}>
                <LearnDialog alert={alert()} onClose={() => setLearning(false)} />
              </Show>
            </>
          )}
        </Show>
      </main>
    </>
  );
}

const worst = (alerts: readonly Alert[]): Alert | undefined => incidentsOf(alerts)[0]?.worst;

function findingState({ endedAt, times }: AlertFinding): string {
  const state = endedAt === undefined ? texts.note.open : texts.note.ended;
  return times === undefined ? state : texts.note.times(state, times);
}

function Evidence(props: { readonly alert: Alert }) {
  return (
    <>
      <div class="panel-head rule">
        <h2>{texts.title.findings}</h2>
        <span class="end">{props.alert.id}</span>
      </div>
      <Table
        label={texts.title.findings}
        head={
          <>
            <th>{shared.column.detector}</th>
            <th>{shared.column.tags}</th>
            <th class="num">{texts.column.score}</th>
            <th class="num">{texts.column.peak}</th>
            <th>{shared.column.state}</th>
          </>
        }
      >
        <For each={props.alert.findings}>
          {(finding) => (
            <tr>
              <td>{finding.detector}</td>
              <td class="wide" title={finding.tags.join(', ')}>
                {finding.tags.join(', ')}
              </td>
              <td class="num">{formatFigure(finding.score)}</td>
              <td class="num">{formatFigure(finding.peak)}</td>
              <td>{findingState(finding)}</td>
            </tr>
          )}
        </For>
        <Show when={props.alert.unlisted}>
          {(unlisted) => (
            <tr>
              <td colspan="5">{texts.note.moreFindings(unlisted().findings, unlisted().open)}</td>
            </tr>
          )}
        </Show>
      </Table>
    </>
  );
}
