import { createMemo, createResource, createSignal, For, Show } from 'solid-js';
import { needsAcknowledgement, mainTag } from '../../../../../src/core/alert.ts';
import { AreaTabs, Sub } from '../../frame/sub.tsx';

import { alertsOfArea } from '../../pure/alerts/urgency.ts';
import { useAcknowledge } from '../../store/acknowledge.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { useNextAbnormal } from '../../store/next-abnormal.ts';
import { SmallTrend } from '../small-trend.tsx';
import { UnitDisplay, useDrawing } from './display.tsx';
import { UnitSide } from './side.tsx';
import './unit.css';
import { whyRoute } from '../../pure/route.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Unit display (level 2): drawing, alerts with response, trends. */
export function Unit() {
  const { site, route, alerts, tags, go } = useApp();
  const here = route();
  const areaId = here.page === 'unit' ? here.area : '';
  const area = site.areas.find((one) => one.id === areaId);
  const own = createMemo(() => alertsOfArea(alerts.open(), area ?? { id: areaId, indicators: [] }));
  const [chosen, setChosen] = createSignal<string>();
  const selected = createMemo(() => own().find((alert) => alert.id === chosen()) ?? own()[0]);
  const [known, { refetch }] = createResource(async () => await tags.ofArea(areaId));
  const drawing = useDrawing(areaId);
  const retry = (): void => {
    void refetch();
    void drawing[1].refetch();
  };
  const { acknowledge, allowed } = useAcknowledge();
  const next = useNextAbnormal();

  const trendTag = (): string | undefined => {
    const alert = selected();
    return (alert === undefined ? undefined : mainTag(alert)) ?? area?.indicators[0];
  };
  const toTrend = (): void => {
    const tag = trendTag();
    if (tag !== undefined) go({ page: 'tag', tag });
  };
  const toIncident = (): void => {
    const alert = selected();
    if (alert !== undefined) go(whyRoute(alert));
  };
  const mayTake = (): boolean => allowed() && needsAcknowledgement(selected()?.state ?? 'A');
  const take = (): void => {
    const alert = selected();
    if (alert !== undefined && mayTake()) acknowledge([alert.id]);
  };
  useKeys(() => [
    { caption: 'T', text: shared.key.trend, on: ['t'], run: toTrend },
    { caption: 'A', text: shared.key.acknowledge, on: ['a'], run: take },
    { caption: 'W', text: shared.key.explain, on: ['w'], run: toIncident },
    { caption: 'N', text: shared.key.nextAbnormal, on: ['n'], run: next },
    { caption: '[ ]', text: texts.key.neighbours, on: ['[', ']'], run: (key) => move(key === ']' ? 1 : -1) },
    { caption: 'Esc', text: texts.key.overview, on: ['Escape'], run: () => go({ page: 'plant' }) },
  ]);
  const move = (by: number): void => {
    const list = own();
    const at = list.findIndex((alert) => alert.id === selected()?.id);
    setChosen(list[Math.min(list.length - 1, Math.max(0, at + by))]?.id);
  };
  /** The tags of the selected alert first, then the indicators of the area. */
  const selectedTags = (): readonly string[] => {
    const alert = selected();
    return alert === undefined ? [] : [mainTag(alert) ?? '', ...alert.tags];
  };
  const named = useNamedTags(tags, () => [...new Set([...selectedTags(), ...(area?.indicators ?? [])])]);
  const strip = createMemo(() => {
    const all = named.state === 'errored' ? [] : (named.latest ?? []);
    return all.filter((tag) => tag.kind === 'analog').slice(0, 4);
  });

  return (
    <>
      <Sub label={texts.title.areas} tabs={<AreaTabs current={areaId} />} tools={texts.label.viewOnly} />
      <main class="page unit">
        <Show
          when={area}
          fallback={
            <Panel title={texts.title.area}>
              <Empty>{texts.sentence.unknownArea(areaId)}</Empty>
            </Panel>
          }
        >
          {(found) => (
            <>
              <Loaded of={known} retry={retry} cells={8}>
                {(all) => <UnitDisplay area={found()} tags={all()} drawing={drawing} />}
              </Loaded>
              <UnitSide
                alerts={own()}
                selected={selected()}
                onSelect={setChosen}
                tags={known.state === 'ready' ? known() : []}
                onAcknowledge={mayTake() ? take : undefined}
                onTrend={trendTag() === undefined ? undefined : toTrend}
                onWhy={selected() === undefined ? undefined : toIncident}
              />
              <div class="strip">
                <For
                  each={strip()}
                  fallback={
                    <Panel>
                      <Empty>{texts.sentence.noAnalogTags}</Empty>
                    </Panel>
                  }
                >
                  {(tag) => <SmallTrend tag={tag} />}
                </For>
              </div>
            </>
          )}
        </Show>
      </main>
    </>
  );
}
