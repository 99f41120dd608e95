import { createMemo, createResource, createSignal, Match, Show, Switch, type JSX } from 'solid-js';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { formatCounter, formatSpan } from '../../pure/format.ts';
import { act, ApiError, ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Forbidden, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import './lab.css';
import { Picker } from './picker.tsx';
import { LabScore, Truth } from './score.tsx';
import { Timeline } from './timeline.tsx';

/** Where in the exercise, what was injected, what was noticed. */
export function Lab() {
  const { lab, may } = useStation();
  return (
    <Switch fallback={<Exercise />}>
      <Match when={!may('run-lab')}>
        <NoExercise>
          <Forbidden needs="run-lab" />
        </NoExercise>
      </Match>
      <Match when={lab.feed() === undefined}>
        <NoExercise>
          <Empty>
            <b>No simulated plant feeds this monitor.</b> The lab is there when it was started as one.
          </Empty>
        </NoExercise>
      </Match>
    </Switch>
  );
}

function NoExercise(props: { readonly children: JSX.Element }) {
  return (
    <>
      <Sub label="Lab" tabs={<LabTab />} />
      <main class="page">
        <Panel title="Lab">{props.children}</Panel>
      </main>
    </>
  );
}

function LabTab() {
  return (
    <Tab to={{ page: 'lab' }} current>
      Run
    </Tab>
  );
}

function Exercise() {
  const { lab, clock, live } = useStation();
  lab.watch();
  const [known, { refetch }] = createResource(async () => {
    const answer = await ask('GET /api/lab', {});
    lab.setStatus(answer.status);
    return answer.scenarios;
  });
  const scenarios = (): readonly Scenario[] => (known.state === 'errored' ? [] : (known.latest ?? []));
  const [chosen, setChosen] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const [asking, setAsking] = createSignal(false);
  const running = () => lab.status()?.running;
  const selected = createMemo(() => scenarios().find((one) => one.id === (chosen() ?? running()?.scenario)) ?? scenarios()[0]);
  // what ran last stays on the page after its end, until the next one starts
  const last = createMemo(
    () => {
      const result = lab.status()?.last;
      return result === undefined ? undefined : { ...result, endsAt: result.endedAt };
    },
    undefined,
    { equals: (a, b) => a?.startedAt === b?.startedAt && a?.endedAt === b?.endedAt },
  );
  const speed = () => lab.feed()?.speed ?? 1;
  const speeds = () =>
    (lab.status()?.speeds ?? []).map((one) => ({ value: one.speed, text: `${one.speed}×`, refused: one.refused }));
  const refused = () => speeds().find((one) => one.refused !== undefined)?.refused;
  const [resumeAt, setResumeAt] = createSignal(1);
  const run = (what: Promise<unknown>): void => {
    what.then(
      () => setFailure(undefined),
      (thrown: unknown) =>
        setFailure(thrown instanceof ApiError ? [thrown.message, thrown.body?.hint].filter(Boolean).join('. ') : String(thrown)),
    );
  };
  const setSpeed = (value: number): void => run(act('POST /api/lab/speed', { speed: value }));
  const pause = (): void => {
    if (speed() > 0) setResumeAt(speed());
    setSpeed(speed() > 0 ? 0 : resumeAt());
  };
  const reset = (): void => {
    setAsking(false);
    run(act('POST /api/lab/reset', {}));
  };
  useKeys(() => [
    { caption: 'Space', text: 'pause', on: [' '], run: pause },
    {
      caption: '/',
      text: 'find scenario',
      on: ['/'],
      run: () => document.querySelector<HTMLInputElement>('#find-scenario')?.focus(),
    },
    { caption: 'Esc', text: 'back', on: ['Escape'], run: () => history.back() },
  ]);
  return (
    <>
      <Sub
        label="Lab"
        tabs={<LabTab />}
        tools={
          <>
            <Show when={running()}>
              {(one) => (
                <span class="lab-clock">
                  <b>{formatCounter(clock.second() - one().startedAt)}</b> of {formatSpan(one().endsAt - one().startedAt)}
                </span>
              )}
            </Show>
            <Button key="Space" disabled={!live()} onPress={pause}>
              {speed() === 0 ? 'Go on' : 'Pause'}
            </Button>
            <Choice label="Speed" options={speeds()} value={speed()} disabled={!live()} onChoose={setSpeed} />
            <Button disabled={!live() || running() === undefined} onPress={() => run(act('POST /api/lab/stop', {}))}>
              Stop scenario
            </Button>
            <Button disabled={!live()} onPress={() => setAsking(true)}>
              Reset plant
            </Button>
          </>
        }
      />
      <main class="page lab">
        <Panel title="Scenarios" end={`${scenarios().length}`}>
          <Loaded of={known} retry={() => void refetch()} cells={8}>
            {(all) => (
              <Picker
                scenarios={all()}
                selected={selected()}
                running={running()?.scenario}
                failure={failure()}
                speed={refused()}
                onSelect={setChosen}
                onStart={
                  live() && running() === undefined ? (id) => run(act('POST /api/lab/start', { scenario: id })) : undefined
                }
              />
            )}
          </Loaded>
        </Panel>
        <Timeline
          selected={selected()}
          status={lab.status()}
          scenario={scenarios().find((one) => one.id === (running() ?? last())?.scenario)}
          span={running() ?? last()}
          running={running() !== undefined}
        />
        <div class="stack">
          <LabScore
            scenario={scenarios().find((one) => one.id === (running() ?? last())?.scenario)}
            span={running()}
            result={last()}
          />
          <Truth status={lab.status()} />
        </div>
      </main>
      <Show when={asking()}>
        <Dialog title="Reset the simulated plant" onClose={() => setAsking(false)}>
          <p>
            The plant goes back to its state at the start of the exercise. The running scenario ends. Alerts and history stay.
          </p>
          <div class="acts">
            <Button primary onPress={reset}>
              Reset plant
            </Button>
            <Button key="Esc" onPress={() => setAsking(false)}>
              Cancel
            </Button>
          </div>
        </Dialog>
      </Show>
    </>
  );
}
