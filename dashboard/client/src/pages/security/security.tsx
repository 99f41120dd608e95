import { createEffect, createMemo, createResource, createSignal, on, Match, onCleanup, Show, Switch } from 'solid-js';
import { Sub, Tab } from '../../frame/sub.tsx';
import type { CaseFilter } from '../../pure/alerts/cases.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Choice } from '../../ui/button.tsx';
import { Forbidden, Panel } from '../../ui/panel.tsx';
import { useKeys } from '../../ui/keys.ts';
import { shared } from '../../text.ts';
import { CoveragePage } from './coverage.tsx';
import { Feeds } from './feeds.tsx';
import { Matrix } from './matrix.tsx';
import { Queue } from './queue.tsx';
import './security.css';
import { texts } from './text.ts';

/** Offered periods, days. */
const periods = [1, 7, 30, 90] as const;
/** Least time between two requests for the cases, ms. */
const refreshMs = 3_000;

/** Pages of the security team: triage queue, alerts by technique, measured coverage, feeds. */
export function Security() {
  const { route, alerts, go, back, may } = useApp();
  const tab = () => {
    const at = route();
    return at.page === 'security' ? at.tab : 'queue';
  };
  const [days, setDays] = createSignal<(typeof periods)[number]>(7);
  const [filter, setFilter] = createSignal<CaseFilter>();
  const [cases, { refetch }] = createResource(days, async (span) => await query('GET /api/security/cases', { days: span }));
  const [attack, { refetch: again }] = createResource(async () => await query('GET /api/security/attack', {}));
  // the stream reports changes; a flood of them causes few requests
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = createMemo(() =>
    [...alerts.open(), ...alerts.cleared()].map((alert) => `${alert.id} ${alert.changedAt}`).join(),
  );
  createEffect(
    on(
      changed,
      () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          void refetch();
        }, refreshMs);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  useKeys(() => [{ caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back }]);
  const show = (technique: string): void => {
    setFilter({ grouping: 'technique', name: technique });
    go({ page: 'security', tab: 'queue' });
  };
  return (
    <>
      <Sub
        label={texts.title.security}
        tabs={
          <>
            <Tab to={{ page: 'security', tab: 'queue' }} current={tab() === 'queue'}>
              {texts.label.tabs.queue}
            </Tab>
            <Tab to={{ page: 'security', tab: 'matrix' }} current={tab() === 'matrix'}>
              {texts.label.tabs.matrix}
            </Tab>
            <Show when={may('view-coverage')}>
              <Tab to={{ page: 'security', tab: 'coverage' }} current={tab() === 'coverage'}>
                {texts.label.tabs.coverage}
              </Tab>
            </Show>
            <Tab to={{ page: 'security', tab: 'feeds' }} current={tab() === 'feeds'}>
              {texts.label.tabs.feeds}
            </Tab>
          </>
        }
        tools={
          <Show when={tab() === 'queue' || tab() === 'matrix'}>
            <Choice
              label={texts.label.period}
              options={periods.map((value) => ({ value, text: texts.label.days(value) }))}
              value={days()}
              onChoose={setDays}
            />
          </Show>
        }
      />
      <Switch>
        <Match when={tab() === 'feeds'}>
          <Feeds />
        </Match>
        <Match when={tab() === 'coverage' && !may('view-coverage')}>
          <main class="page security-matrix">
            <Panel title={texts.title.coverage}>
              <Forbidden needs="view-coverage" />
            </Panel>
          </main>
        </Match>
        <Match when={tab() === 'coverage'}>
          <CoveragePage attack={attack} retry={() => void again()} />
        </Match>
        <Match when={tab() === 'matrix'}>
          <Matrix attack={attack} cases={cases} onShow={show} retry={() => void Promise.all([again(), refetch()])} />
        </Match>
        <Match when={true}>
          <Queue
            cases={cases}
            attack={attack.state === 'errored' ? undefined : attack.latest}
            filter={filter()}
            onFilter={setFilter}
            retry={() => void refetch()}
          />
        </Match>
      </Switch>
    </>
  );
}
