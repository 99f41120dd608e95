import { createMemo, For, Show } from 'solid-js';
import type { Area } from '../../../../../src/core/monitor.ts';
import { isRunning, runningTags } from '../../../../../src/core/running.ts';
import type { AreaOverview } from '../../../../api/index.ts';
import { useApp } from '../../store/app-context.ts';
import { MaintenanceMark, useMaintainedParts } from '../../ui/maintenance-mark.tsx';
import { texts } from './text.ts';

/** Running equipment of an area by kind, and the state of its devices. */
export function EquipmentLines(props: { readonly area: Area; readonly overview: AreaOverview }) {
  const { values, health } = useApp();
  const groups = createMemo(() =>
    runningTags(props.area.equipment, props.overview.tags)
      .slice(0, 1)
      .map(({ kind, tags }) => ({ kind, drives: tags.map((tag) => ({ tag, sample: values.sample(tag.index) })) })),
  );
  const devices = () => props.overview.devices;
  const deviceText = () => {
    const known = health.health()?.devices.filter((device) => devices().includes(device.name));
    if (known === undefined) return '––';
    const down = known.filter((device) => device.state !== 'up');
    return down.length === 0
      ? texts.note.answering(known.map((device) => device.name).join(', '))
      : `${down.map((device) => `${device.name} ${device.state}`).join(', ')}`;
  };
  const maintained = useMaintainedParts(() => props.area, devices);
  return (
    <dl class="equipment-lines">
      <For each={groups()}>
        {(group) => (
          <>
            <dt>{group.kind}</dt>
            <dd class="ellipsis">
              {texts.note.running(
                group.drives.filter(({ tag, sample }) => isRunning(tag, sample().value)).length,
                group.drives.length,
              )}
            </dd>
          </>
        )}
      </For>
      <dt>{texts.label.data}</dt>
      <dd class="ellipsis">{deviceText()}</dd>
      <Show when={maintained().length > 0}>
        <dt>{texts.label.maintenance}</dt>
        <dd class="ellipsis">
          <For each={maintained()}>
            {(place) => (
              <>
                {place.id}
                <MaintenanceMark of={{ [place.kind]: place.id }} />
              </>
            )}
          </For>
        </dd>
      </Show>
    </dl>
  );
}
