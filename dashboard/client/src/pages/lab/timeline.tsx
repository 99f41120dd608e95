import { createMemo, createResource, For, Show, type JSX } from 'solid-js';
import type { LabStatus } from '../../../../../src/core/lab.ts';
import { isHostile, type Scenario } from '../../../../../src/core/scenario.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { formatAge } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { Trend } from '../../ui/trend/trend.tsx';
import { Lane, type LaneEvent } from './lane.tsx';
import { texts } from './text.ts';

interface Span {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endsAt: number;
}

const idleMs = 1_800_000;

/** Attack, harmless events, process, findings and alarms on one time axis. */
export function Timeline(props: {
  readonly status: LabStatus | undefined;
  /** Selected in the list: its tag is shown before it runs. */
  readonly selected: Scenario | undefined;
  readonly scenario: Scenario | undefined;
  readonly span: Span | undefined;
  readonly running: boolean;
}) {
  const { clock, alerts } = useApp();
  const from = createMemo(() => props.span?.startedAt ?? Math.floor((clock.second() - idleMs) / 10_000) * 10_000);
  const to = createMemo(() => props.span?.endsAt ?? from() + idleMs * 1.1);
  const share = (time: number): number => (time - from()) / (to() - from());
  const inside = (time: number): boolean => share(time) >= 0 && share(time) <= 1;
  const after = (time: number): string => (props.span === undefined ? '' : `+${formatAge(time - props.span.startedAt)}`);
  const done = (lane: 'inject' | 'benign'): readonly LaneEvent[] =>
    (props.status?.events ?? [])
      .filter((event) => event.lane === lane && inside(event.time))
      .map((event) => ({
        at: share(event.time),
        text: event.text,
        more: [event.technique ?? '', after(event.time)],
        done: true,
        round: lane === 'benign',
      }));
  /** Future steps, drawn hollow. */
  const planned = (lane: 'inject' | 'benign'): readonly LaneEvent[] => {
    const { scenario, span } = props;
    if (scenario === undefined || span === undefined || !props.running) return [];
    return scenario.steps
      .map((step) => ({ ...step, time: span.startedAt + step.atS * 1000 }))
      .filter((step) => isHostile(scenario.kind, step) === (lane === 'inject') && step.time > clock.second())
      .map((step) => ({
        at: share(step.time),
        text: step.text,
        more: [texts.note.planned, after(step.time)],
        done: false,
        round: lane === 'benign',
      }));
  };
  const raised = (anomaly: boolean): readonly LaneEvent[] =>
    [...alerts.open(), ...alerts.cleared()]
      .filter((alert) => (alert.priority === 'A') === anomaly && inside(alert.raisedAt))
      .map((alert) => ({ at: share(alert.raisedAt), text: alert.title, more: [after(alert.raisedAt)], done: true, alert }));
  const ticks = createMemo(() => {
    const count = 8;
    return Array.from({ length: count - 1 }, (_, i) => from() + ((i + 1) / count) * (to() - from()));
  });
  return (
    <section class="panel" aria-label={texts.title.timeline}>
      <header class="panel-head">
        <h2>{props.scenario?.title ?? texts.title.noScenario}</h2>
        <span class="dim">
          {props.scenario === undefined ? texts.note.chooseOne : props.running ? texts.note.running : texts.note.ended}
        </span>
        <span class="end large-only">{texts.note.engineersOnly}</span>
      </header>
      <div class="lanes">
        <div class="lane axis" aria-hidden="true">
          <span />
          <span class="lane-track">
            <For each={ticks()}>
              {(time) => <Tick at={share(time)}>{props.span === undefined ? '' : formatAge(time - from())}</Tick>}
            </For>
          </span>
        </div>
        <Lane
          title={texts.label.lanes.inject}
          about={texts.note.groundTruth}
          events={[...done('inject'), ...planned('inject')]}
        />
        <Lane title={texts.label.lanes.benign} about={texts.note.lookAlikes} events={[...done('benign'), ...planned('benign')]} />
        <ProcessLane tag={(props.scenario ?? props.selected)?.truth[0]?.tags[0]} from={from()} to={to()} />
        <Lane title={texts.label.lanes.monitor} about={texts.note.findings} events={raised(true)} />
        <Lane title={texts.label.lanes.alarms} about={texts.note.toOperators} events={raised(false)} />
        <div class="lane-now" aria-hidden="true">
          <Show when={inside(clock.second())}>
            <i style={{ left: `${share(clock.second()) * 100}%` }} />
          </Show>
        </div>
      </div>
    </section>
  );
}

function Tick(props: { readonly at: number; readonly children: JSX.Element }) {
  return (
    <span class="lane-tick" style={{ left: `${props.at * 100}%` }}>
      {props.children}
    </span>
  );
}

const nameOf = (tag: TagInfo | undefined): string | undefined =>
  tag === undefined || tag.unit === '' ? tag?.name : `${tag.name}, ${tag.unit}`;

/** Trend of the first tag of the scenario, as received over the network. */
function ProcessLane(props: { readonly tag: string | undefined; readonly from: number; readonly to: number }) {
  const { tags } = useApp();
  const [found] = createResource(
    () => props.tag,
    async (name) => (await tags.named([name]))[0] ?? null,
  );
  const tag = () => (found.state === 'ready' && props.tag !== undefined ? found() : undefined);
  return (
    <Lane title={texts.label.lanes.process} about={nameOf(tag() ?? undefined) ?? texts.note.asReceived}>
      <Show when={tag()} keyed>
        {(one) => <Shown tag={one} from={props.from} to={props.to} />}
      </Show>
    </Lane>
  );
}

function Shown(props: { readonly tag: TagInfo; readonly from: number; readonly to: number }) {
  const { histories } = useApp();
  const shown = createMemo(() => [props.tag]);
  const span = createMemo(() => props.to - props.from);
  const history = histories.use(shown, () => ({ spanMs: span() }), 900);
  const pens = createMemo(() => [
    { label: props.tag.name, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  return (
    <Trend
      label={texts.label.shownByNetwork(props.tag.description)}
      unit={props.tag.unit}
      decimals={props.tag.decimals}
      pens={pens()}
      version={history.version()}
      from={props.from}
      to={props.to}
      timeAxis={false}
      flush
    />
  );
}
