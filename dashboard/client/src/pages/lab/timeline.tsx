import { createMemo, createResource, For, Show, type JSX } from 'solid-js';
import type { LabStatus } from '../../../../../src/core/lab.ts';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import type { TagInfo } from '../../../../protocol.ts';
import { formatCounter } from '../../pure/format.ts';
import { useStation } from '../../store/station.ts';
import { Trend } from '../../ui/trend/trend.tsx';
import { Lane, type LaneEvent } from './lane.tsx';

interface Span {
  readonly scenario: string;
  readonly startedAt: number;
  readonly endsAt: number;
}

const idleMs = 1_800_000;

/** Injects, look-alikes, process, findings and alarms on one clock. */
export function Timeline(props: {
  readonly status: LabStatus | undefined;
  /** What is chosen in the picker: its tag is shown before it runs. */
  readonly selected: Scenario | undefined;
  readonly scenario: Scenario | undefined;
  readonly span: Span | undefined;
  readonly running: boolean;
}) {
  const { clock, alerts } = useStation();
  const from = createMemo(() => props.span?.startedAt ?? Math.floor((clock.second() - idleMs) / 10_000) * 10_000);
  const to = createMemo(() => props.span?.endsAt ?? from() + idleMs * 1.1);
  const share = (time: number): number => (time - from()) / (to() - from());
  const inside = (time: number): boolean => share(time) >= 0 && share(time) <= 1;
  const after = (time: number): string =>
    props.span === undefined ? '' : `+${formatCounter(time - props.span.startedAt).slice(3)}`;
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
  /** Steps that are still to come stand hollow. */
  const planned = (actor: 'attacker' | 'operator'): readonly LaneEvent[] => {
    const { scenario, span } = props;
    if (scenario === undefined || span === undefined || !props.running) return [];
    return scenario.steps
      .map((step) => ({ ...step, time: span.startedAt + step.atS * 1000 }))
      .filter((step) => step.actor === actor && step.time > clock.second())
      .map((step) => ({
        at: share(step.time),
        text: step.text,
        more: ['planned', after(step.time)],
        done: false,
        round: actor === 'operator',
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
    <section class="panel" aria-label="Timeline">
      <header class="panel-head">
        <h2>{props.scenario?.title ?? 'No scenario runs'}</h2>
        <span class="dim">{props.scenario === undefined ? 'choose one on the left' : props.running ? 'running' : 'ended'}</span>
        <span class="end large-only">only engineers see what is injected and what is true</span>
      </header>
      <div class="lanes">
        <div class="lane axis" aria-hidden="true">
          <span />
          <span class="room">
            <For each={ticks()}>
              {(time) => <Tick at={share(time)}>{props.span === undefined ? '' : formatCounter(time - from())}</Tick>}
            </For>
          </span>
        </div>
        <Lane title="Injects" about="(ground truth)" events={[...done('inject'), ...planned('attacker')]} />
        <Lane title="Benign" about="look-alikes" events={[...done('benign'), ...planned('operator')]} />
        <ProcessLane tag={(props.scenario ?? props.selected)?.truth[0]?.tags[0]} from={from()} to={to()} />
        <Lane title="Monitor" about="findings" events={raised(true)} />
        <Lane title="Alarms" about="to operators" events={raised(false)} />
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

/** What the network shows of the first tag that the scenario concerns. */
function ProcessLane(props: { readonly tag: string | undefined; readonly from: number; readonly to: number }) {
  const { tags } = useStation();
  const [found] = createResource(
    () => props.tag,
    async (name) => (await tags.named([name]))[0] ?? null,
  );
  const tag = () => (found.state === 'ready' && props.tag !== undefined ? found() : undefined);
  return (
    <Lane title="Process" about={tag()?.name ?? '(as shown)'}>
      <Show when={tag()} keyed>
        {(one) => <Shown tag={one} from={props.from} to={props.to} />}
      </Show>
    </Lane>
  );
}

function Shown(props: { readonly tag: TagInfo; readonly from: number; readonly to: number }) {
  const { histories } = useStation();
  const shown = createMemo(() => [props.tag]);
  const span = createMemo(() => props.to - props.from);
  const history = histories.use(shown, () => ({ spanMs: span() }), 900);
  const pens = createMemo(() => [
    { label: props.tag.name, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  return (
    <Trend
      label={`${props.tag.description} as the network shows it`}
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
