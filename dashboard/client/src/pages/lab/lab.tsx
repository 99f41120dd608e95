import { createEffect, createMemo, createResource, createSignal, For, Match, on, Show, Switch, type JSX } from 'solid-js';
import type { LabCampaign, LabPlant } from '../../../../../src/core/lab.ts';
import type { Scenario } from '../../../../../src/core/scenario.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { type LabTab, labTabs } from '../../pure/route.ts';
import { formatAge, formatDuration } from '../../pure/format.ts';
import { act, query, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button, Choice } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Forbidden, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Debrief } from './debrief.tsx';
import { Campaigns } from './campaigns.tsx';
import { GivenHints } from './hints.tsx';
import { Instructor } from './instructor.tsx';
import './lab.css';
import { Picker } from './picker.tsx';
import { PlantSwitch } from './plant-switch.tsx';
import { LabScore, Truth } from './score.tsx';
import { Timeline } from './timeline.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Lab page: scenarios, timeline of the exercise, score. */
export function Lab() {
  const { lab, may, route } = useApp();
  const isAt = (tab: LabTab): boolean => {
    const here = route();
    return here.page === 'lab' && here.tab === tab;
  };
  return (
    <Switch fallback={<Exercise />}>
      <Match when={!may('run-lab')}>
        <Sub
          label={texts.title.lab}
          tabs={
            <Tab to={{ page: 'lab', tab: 'run' }} current>
              {texts.title.hints}
            </Tab>
          }
        />
        <main class="page">
          <Panel title={texts.title.lab}>
            <Show when={lab.feed()} fallback={<Forbidden needs="run-lab" />}>
              <GivenHints />
              <Forbidden needs="run-lab" />
            </Show>
          </Panel>
        </main>
      </Match>
      <Match when={isAt('debrief')}>
        <Sub label={texts.title.lab} tabs={<LabTabs />} />
        <Debrief />
      </Match>
      <Match when={lab.feed() === undefined}>
        <NoExercise>
          <Empty>{texts.sentence.noPlant}</Empty>
        </NoExercise>
      </Match>
      <Match when={isAt('instructor')}>
        <Sub label={texts.title.lab} tabs={<LabTabs />} />
        <Instructor />
      </Match>
    </Switch>
  );
}

function NoExercise(props: { readonly children: JSX.Element }) {
  return (
    <>
      <Sub label={texts.title.lab} tabs={<LabTabs />} />
      <main class="page">
        <Panel title={texts.title.lab}>{props.children}</Panel>
      </main>
    </>
  );
}

function LabTabs() {
  const { route } = useApp();
  const isCurrent = (tab: LabTab): boolean => {
    const here = route();
    return here.page === 'lab' && here.tab === tab;
  };
  return (
    <For each={labTabs}>
      {(tab) => (
        <Tab to={{ page: 'lab', tab }} current={isCurrent(tab)}>
          {texts.label.tabs[tab]}
        </Tab>
      )}
    </For>
  );
}

function Exercise() {
  const { lab, clock, live, back, route } = useApp();
  lab.watch();
  const [known, { refetch }] = createResource(async () => {
    const answer = await query('GET /api/lab', {});
    lab.setStatus(answer.status);
    return answer;
  });
  const scenarios = (): readonly Scenario[] => (known.state === 'errored' ? [] : (known.latest?.scenarios ?? []));
  const plants = (): readonly LabPlant[] => (known.state === 'errored' ? [] : (known.latest?.plants ?? []));
  const campaigns = (): readonly LabCampaign[] => (known.state === 'errored' ? [] : (known.latest?.campaigns ?? []));
  const asked = (): string | undefined => {
    const here = route();
    return here.page === 'lab' ? here.scenario : undefined;
  };
  const [chosen, setChosen] = createSignal(asked());
  createEffect(on(asked, (id) => id !== undefined && setChosen(id), { defer: true }));
  const elsewhere = (): string | undefined =>
    known.state === 'ready' && scenarios().every(({ id }) => id !== chosen()) ? chosen() : undefined;
  const [failure, setFailure] = createSignal<string>();
  const [confirming, setConfirming] = createSignal(false);
  const [switching, setSwitching] = createSignal(false);
  const running = () => lab.status()?.running;
  const campaign = () => lab.status()?.campaign;
  const isBusy = (): boolean => running() !== undefined || campaign() !== undefined;
  const selected = createMemo(() => scenarios().find((one) => one.id === (chosen() ?? running()?.scenario)) ?? scenarios()[0]);
  // the last scenario stays on the page until the next one starts
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
      (thrown: unknown) => setFailure(failureText(thrown)),
    );
  };
  const setSpeed = (value: number): void => run(act('POST /api/lab/speed', { speed: value }));
  const pause = (): void => {
    if (speed() > 0) setResumeAt(speed());
    setSpeed(speed() > 0 ? 0 : resumeAt());
  };
  useKeys(() => [
    { caption: 'Space', text: texts.key.pause, on: [' '], run: pause },
    {
      caption: '/',
      text: texts.key.findScenario,
      on: ['/'],
      run: () => document.querySelector<HTMLInputElement>('#find-scenario')?.focus(),
    },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back },
  ]);
  return (
    <>
      <Sub
        label={texts.title.lab}
        tabs={<LabTabs />}
        tools={
          <>
            <Show when={running()}>
              {(one) => (
                <span class="lab-clock">
                  <b>{formatAge(clock.second() - one().startedAt)}</b>{' '}
                  {texts.note.elapsed(formatDuration(one().endsAt - one().startedAt))}
                </span>
              )}
            </Show>
            <Button key="Space" disabled={!live()} onPress={pause}>
              {speed() === 0 ? texts.button.resume : texts.button.pause}
            </Button>
            <Choice label={texts.label.speed} options={speeds()} value={speed()} disabled={!live()} onChoose={setSpeed} />
            <Button disabled={!live() || !isBusy()} onPress={() => run(act('POST /api/lab/stop', {}))}>
              {campaign() === undefined ? texts.button.stop : texts.button.stopCampaign}
            </Button>
            <Button disabled={!live()} onPress={() => setConfirming(true)}>
              {texts.button.reset}
            </Button>
            <Show when={plants().length > 1}>
              <Button disabled={!live()} onPress={() => setSwitching(true)}>
                {texts.button.switchPlant}
              </Button>
            </Show>
          </>
        }
      />
      <main class="page lab">
        <div class="stack">
          <Panel title={texts.title.scenarios} end={`${scenarios().length}`} class="scenarios">
            <Loaded of={known} retry={() => void refetch()} cells={8}>
              {() => (
                <Picker
                  scenarios={scenarios()}
                  selected={selected()}
                  running={running()?.scenario}
                  failure={failure()}
                  elsewhere={elsewhere()}
                  speed={refused()}
                  onSelect={setChosen}
                  onStart={live() && !isBusy() ? (id) => run(act('POST /api/lab/start', { scenario: id })) : undefined}
                />
              )}
            </Loaded>
          </Panel>
          <Show when={campaigns().length > 0}>
            <Campaigns
              campaigns={campaigns()}
              running={campaign()}
              onStart={live() && !isBusy() ? (id) => run(act('POST /api/lab/campaign', { campaign: id })) : undefined}
            />
          </Show>
        </div>
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
            effects={lab.status()?.effects}
            result={last()}
          />
          <Truth status={lab.status()} />
        </div>
      </main>
      <Show when={switching()}>
        <PlantSwitch plants={plants()} running={lab.status()?.plant ?? ''} onClose={() => setSwitching(false)} />
      </Show>
      <Show when={confirming()}>
        <ActDialog
          title={texts.title.reset}
          text={texts.button.reset}
          run={() => act('POST /api/lab/reset', {})}
          onClose={() => setConfirming(false)}
        >
          <p>{texts.sentence.resetMeaning}</p>
        </ActDialog>
      </Show>
    </>
  );
}
