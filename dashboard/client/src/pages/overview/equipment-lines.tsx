import { createMemo, For } from 'solid-js';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../protocol.ts';
import { isRunning, runningTags } from '../../pure/running.ts';
import { useStation } from '../../store/station.ts';

/** What runs in an area, by kind of equipment, and whether its devices answer. */
export function EquipmentLines(props: { readonly area: Area; readonly tags: readonly TagInfo[] }) {
  const { values, health } = useStation();
  const groups = createMemo(() =>
    runningTags(props.area.equipment, props.tags)
      .slice(0, 1)
      .map(({ kind, tags }) => ({ kind, drives: tags.map((tag) => ({ tag, sample: values.sample(tag.index) })) })),
  );
  const devices = createMemo(() => [...new Set(props.tags.map((tag) => tag.device))]);
  const answering = () => {
    const known = health.health()?.devices.filter((device) => devices().includes(device.name));
    if (known === undefined) return '––';
    const quiet = known.filter((device) => device.state !== 'up');
    return quiet.length === 0
      ? `${known.map((device) => device.name).join(', ')} answering`
      : `${quiet.map((device) => `${device.name} ${device.state}`).join(', ')}`;
  };
  return (
    <dl class="equipment-lines">
      <For each={groups()}>
        {(group) => (
          <>
            <dt>{group.kind}</dt>
            <dd class="ellipsis">
              {group.drives.filter(({ tag, sample }) => isRunning(tag, sample().value)).length} of {group.drives.length} running
            </dd>
          </>
        )}
      </For>
      <dt>Data</dt>
      <dd class="ellipsis">{answering()}</dd>
    </dl>
  );
}
