import { createMemo, createResource, For, Show } from 'solid-js';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { routeHash } from '../../pure/route.ts';
import { alertsOfArea, worstOf } from '../../pure/alerts/urgency.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Badge } from '../../ui/badge.tsx';
import { Indicators } from '../../ui/indicators.tsx';
import { MaintenanceMark } from '../../ui/maintenance-mark.tsx';
import { Empty } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { EquipmentLines } from './equipment-lines.tsx';
import { texts } from './text.ts';

/** One area: its worst badges, four indicators, two lines of equipment. */
export function AreaPanel(props: { readonly area: Area; readonly span: number }) {
  const { tags, alerts, site } = useApp();
  const [loaded, { refetch }] = createResource(async () => await tags.overviewOf(props.area.id));
  const key = createMemo(() => site.areas.indexOf(props.area) + 1);
  return (
    <section class="panel area-panel" style={{ 'grid-column': `span ${props.span}` }} aria-label={props.area.name}>
      <header class="panel-head">
        <h2>
          <a href={routeHash({ page: 'unit', area: props.area.id })} title={key() > 9 ? undefined : texts.label.openArea(key())}>
            {props.area.name}
            <For each={worstOf(alertsOfArea(alerts.open(), props.area))}>
              {(alert) => <Badge priority={alert.priority} state={alert.state} size={20} />}
            </For>
          </a>
        </h2>
        <MaintenanceMark of={{ area: props.area.id }} />
      </header>
      <Loaded of={loaded} retry={() => void refetch()} cells={4}>
        {(known) => (
          <>
            <Show when={props.area.indicators.length > 0} fallback={<Empty>{texts.sentence.noIndicators}</Empty>}>
              <AreaIndicators names={props.area.indicators.slice(0, 4)} tags={known().tags} />
            </Show>
            <EquipmentLines area={props.area} overview={known()} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function AreaIndicators(props: { readonly names: readonly string[]; readonly tags: readonly TagInfo[] }) {
  const { tags: catalogue } = useApp();
  // an indicator may be a tag of another area, e.g. the inflow of this one
  const found = useNamedTags(catalogue, () => props.names);
  const shown = createMemo(() => (found.state === 'errored' ? [] : (found.latest ?? [])));
  return <Indicators class="indicators" tags={shown()} neighbours={props.tags} />;
}
