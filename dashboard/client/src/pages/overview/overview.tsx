import { createMemo, For, Show } from 'solid-js';
import { AreaTabs, Sub } from '../../frame/sub.tsx';
import { useApp } from '../../store/app-context.ts';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { useNextAbnormal } from '../../store/next-abnormal.ts';
import { AlarmLoad } from './alarm-load.tsx';
import { AreaPanel } from './area-panel.tsx';
import { KeyTrend } from './key-trend.tsx';
import { OpenIncidents } from './open-incidents.tsx';
import './overview.css';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Plant overview (level 1): area panels, open incidents, key trend, alarm load. */
export function Overview() {
  const { site } = useApp();
  const next = useNextAbnormal();
  useKeys(() => [{ caption: 'N', text: shared.key.nextAbnormal, on: ['n'], run: next }]);
  // six areas fill two rows of three, without space for the key trend
  const rows = createMemo(() => (site.areas.length > 5 ? 2 : 1));
  const columns = createMemo(() => Math.max(1, Math.ceil(site.areas.length / rows())));
  const unit = createMemo(() => Math.max(5, columns()));
  return (
    <>
      <Sub label={texts.title.areas} tabs={<AreaTabs current={undefined} />} tools={texts.label.indicators} />
      <main
        class="page overview"
        style={{
          'grid-template-columns': `repeat(${columns() * unit()}, minmax(0, 1fr))`,
          'grid-template-rows':
            rows() === 1 ? 'minmax(0, 1.42fr) minmax(0, 1fr)' : 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 0.8fr)',
        }}
      >
        <For
          each={site.areas}
          fallback={
            <Panel title={texts.title.plant}>
              <Empty>{texts.sentence.noAreas}</Empty>
            </Panel>
          }
        >
          {(area) => <AreaPanel area={area} span={unit()} />}
        </For>
        <OpenIncidents span={columns() * 2} />
        <Show when={rows() === 1}>
          <KeyTrend span={columns() * (unit() - 3)} />
        </Show>
        <AlarmLoad span={rows() === 1 ? columns() : columns() * (unit() - 2)} />
      </main>
    </>
  );
}
