import { createMemo, createResource, createSignal, Match, Show, Switch } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { Sub, Tab } from '../../frame/sub.tsx';
import { pan, stepCursor, viewSpans, zoom } from '../../pure/trend/time-window.ts';
import { formatDuration } from '../../pure/format.ts';
import { useAcknowledge } from '../../store/acknowledge.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, Choice } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { worstOf } from '../../pure/alerts/urgency.ts';
import { whyRoute } from '../../pure/route.ts';
import { TagHead } from './head.tsx';
import { PenBar } from './pen-bar.tsx';
import { RangeDialog } from './range-dialog.tsx';
import { createTrendState } from './trend-state.ts';
import { TrendTools } from './trend-tools.tsx';
import { TagPanes } from './panes.tsx';
import { TagSide } from './side.tsx';
import './tag.css';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** The tag that was shown last, which the menu entry "Trends" opens. */
let lastTag: string | undefined;

/** Tag page (level 3): value, trends, statistics. */
export function TagPage() {
  const { route, site, tags } = useApp();
  const at = route();
  const name = at.page === 'tag' ? at.tag : (lastTag ?? site.keyTrend ?? site.areas.flatMap((area) => area.indicators)[0]);
  const [found, { refetch }] = createResource(async () => (name === undefined ? null : ((await tags.named([name]))[0] ?? null)));
  return (
    <Switch>
      <Match when={found.state === 'ready' && found()} keyed>
        {(tag) => <KnownTag tag={tag} />}
      </Match>
      <Match when={true}>
        <Sub
          label={texts.title.trend}
          tabs={
            <Tab to={{ page: 'trends' }} current>
              {texts.title.trend}
            </Tab>
          }
        />
        <main class="page">
          <Panel title={name ?? texts.title.trend}>
            <Show
              when={found.state === 'ready' && found() === null}
              fallback={
                <Loaded of={found} retry={() => void refetch()}>
                  {() => null}
                </Loaded>
              }
            >
              <Empty>{name === undefined ? texts.sentence.noTags : texts.sentence.unknownTag(name)}</Empty>
            </Show>
          </Panel>
        </main>
      </Match>
    </Switch>
  );
}

function KnownTag(props: { readonly tag: TagInfo }) {
  const { site, alerts, annotations, clock, settings, zone, go, back } = useApp();
  const { acknowledge, allowed } = useAcknowledge();
  lastTag = props.tag.name;
  const trend = createTrendState(props.tag);
  const { view, setView, window, cursor, setCursor } = trend;
  const [choosing, setChoosing] = createSignal(false);
  let plots!: HTMLElement;
  const own = createMemo(() => alerts.open().filter((alert) => alert.tags.includes(props.tag.name)));
  const worst = createMemo(() => worstOf(own())[0]);
  const area = () => site.areas.find((one) => one.id === props.tag.area);
  const live = (): void => {
    setView({ ...view(), end: undefined });
    setCursor(undefined);
  };
  const take = (): void => {
    if (allowed()) acknowledge(own().map((alert) => alert.id));
  };
  const why = (): void => {
    const alert = worst();
    if (alert !== undefined) go(whyRoute(alert));
  };
  /** True for a window that no button shows: another length, or a part of the past. */
  const isChosen = (): boolean => view().end !== undefined || !viewSpans.some(({ value }) => value === view().spanMs);
  const moments = (): string => {
    const moment = (time: number): string => `${zone().day(time)} ${zone().time(time)}`;
    const end = view().end;
    return end === undefined
      ? texts.label.windowSince(moment(window().from), formatDuration(view().spanMs))
      : texts.label.window(moment(window().from), moment(end), formatDuration(view().spanMs));
  };
  annotations.cover(window);
  const display = (): void => go({ page: 'unit', area: props.tag.area });
  const toggleUtc = (): unknown => settings.setUtc(!settings.utc());
  useKeys(() => [
    {
      caption: '← →',
      text: texts.key.cursor,
      on: ['ArrowLeft', 'ArrowRight'],
      run: (key) => setCursor(stepCursor(cursor(), key === 'ArrowLeft' ? -1 : 1, view(), clock.second())),
    },
    {
      caption: '⇧← →',
      text: texts.key.pan,
      on: ['Shift+ArrowLeft', 'Shift+ArrowRight'],
      run: (key) => setView(pan(view(), key === 'Shift+ArrowLeft' ? -1 : 1, clock.second())),
    },
    { caption: '+ −', text: texts.key.zoom, on: ['+', '-'], run: (key) => setView(zoom(view(), key === '+' ? -1 : 1)) },
    { caption: 'L', text: texts.key.live, on: ['l'], run: live },
    { caption: 'Z', text: texts.key.range, on: ['z'], run: () => setChoosing(true), quiet: true },
    { caption: 'U', text: texts.key.utc, on: ['u'], run: toggleUtc, quiet: true },
    { caption: 'A', text: shared.key.acknowledge, on: ['a'], run: take },
    { caption: 'W', text: shared.key.explain, on: ['w'], run: why },
    { caption: 'D', text: shared.key.unit, on: ['d'], run: display },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back },
  ]);
  return (
    <>
      <Sub
        label={texts.title.trend}
        tabs={
          <>
            <Tab to={{ page: 'plant' }} current={false}>
              {texts.label.plant}
            </Tab>
            <Show when={area()}>
              {(one) => (
                <Tab to={{ page: 'unit', area: one().id }} current={false}>
                  {one().name}
                </Tab>
              )}
            </Show>
            <Tab to={{ page: 'tag', tag: props.tag.name }} current>
              {props.tag.name}
              <Show when={worst()}>{(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}</Show>
            </Tab>
          </>
        }
        tools={
          <>
            <Choice
              label={texts.label.span}
              options={viewSpans}
              value={view().spanMs}
              onChoose={(spanMs) => setView({ ...view(), spanMs })}
            />
            <span class="button-row" role="group" aria-label={texts.label.time}>
              <Button onPress={() => setView(pan(view(), -1, clock.second()))} title={texts.label.backKey}>
                ◀<span class="unseen">{texts.label.back}</span>
              </Button>
              <Button pressed={view().end === undefined} onPress={live} title={texts.label.liveKey}>
                {texts.label.live}
              </Button>
              <Button
                disabled={view().end === undefined}
                onPress={() => setView(pan(view(), 1, clock.second()))}
                title={texts.label.forwardKey}
              >
                ▶<span class="unseen">{texts.label.forward}</span>
              </Button>
            </span>
            <Button key="Z" pressed={isChosen()} onPress={() => setChoosing(true)}>
              {texts.button.range}
            </Button>
            <Button key="U" onPress={toggleUtc}>
              {settings.utc() ? texts.button.useLocal : texts.button.useUtc}
            </Button>
          </>
        }
      />
      <main class="page tag-page">
        <TagHead
          tag={props.tag}
          alerts={own()}
          onAcknowledge={allowed() && own().length > 0 ? take : undefined}
          onWhy={worst() === undefined ? undefined : why}
          onDisplay={display}
        />
        <section class="panel" aria-label={texts.title.trend} ref={(element) => (plots = element)}>
          <header class="trend-head">
            <PenBar trend={trend} />
            <TrendTools trend={trend} plots={() => plots} />
          </header>
          <Show when={isChosen()}>
            <p class="window">{moments()}</p>
          </Show>
          <TagPanes trend={trend} />
        </section>
        <TagSide
          tag={props.tag}
          window={window()}
          track={trend.history.track(props.tag.name)}
          version={trend.history.version()}
        />
        <Show when={choosing()}>
          <RangeDialog trend={trend} onClose={() => setChoosing(false)} />
        </Show>
      </main>
    </>
  );
}
