import { createMemo, createResource, ErrorBoundary, For, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { formatAge, formatDuration } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { MaintenanceMark, useMaintainedParts } from '../../ui/maintenance-mark.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { GeneratedDisplay } from './generated.tsx';
import { mimicOf } from '../../mimics/index.ts';
import { moveFocus } from '../../mimics/spatial.ts';
import { useKeys } from '../../ui/keys.ts';
import { texts } from './text.ts';

/** The area as a drawing if there is one, otherwise generated from its tags. */
export function UnitDisplay(props: { readonly area: Area; readonly tags: readonly TagInfo[] }) {
  const { tags: catalogue } = useApp();
  const mimic = createMemo(() => mimicOf(props.tags.map((tag) => tag.name)));
  const [drawn, { refetch }] = createResource(mimic, async ({ tags }) => await catalogue.named(tags));
  let root!: HTMLElement;
  useKeys(() => [
    {
      caption: '↑ ↓ ← →',
      text: texts.key.moveObjects,
      on: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
      run: (key) => moveFocus(root, key),
    },
  ]);
  const generated = () => <GeneratedDisplay area={props.area} tags={props.tags} />;
  return (
    <section class="panel" aria-label={props.area.name} ref={(element) => (root = element)}>
      <header class="panel-head">
        <h2>{mimic()?.title ?? props.area.name}</h2>
        <MaintenanceMark of={{ area: props.area.id }} />
        <Maintained area={props.area} tags={props.tags} />
        <span class="end">
          <Devices tags={props.tags} />
        </span>
      </header>
      <Show when={mimic()} fallback={generated()}>
        {(known) => (
          <Loaded of={drawn} retry={() => void refetch()}>
            {(tags) => (
              <ErrorBoundary fallback={generated()}>
                <Dynamic component={known().component} tags={new Map(tags().map((tag) => [tag.name, tag]))} />
              </ErrorBoundary>
            )}
          </Loaded>
        )}
      </Show>
    </section>
  );
}

/** Equipment and devices of the display that are under maintenance. */
function Maintained(props: { readonly area: Area; readonly tags: readonly TagInfo[] }) {
  const places = useMaintainedParts(
    () => props.area,
    () => props.tags.map(({ device }) => device),
  );
  return (
    <For each={places()}>
      {(place) => (
        <span>
          {place.id}
          <MaintenanceMark of={{ [place.kind]: place.id }} />
        </span>
      )}
    </For>
  );
}

/** Devices of the display; names those that do not respond. */
function Devices(props: { readonly tags: readonly TagInfo[] }) {
  const { health, clock } = useApp();
  const names = createMemo(() => [...new Set(props.tags.map((tag) => tag.device))]);
  const period = createMemo(() => Math.min(...props.tags.map((tag) => tag.scanMs)));
  const down = () => health.health()?.devices.filter((device) => names().includes(device.name) && device.state !== 'up') ?? [];
  return (
    <Show when={down().length > 0} fallback={<>{texts.note.readEvery(names().join(', '), formatDuration(period()))}</>}>
      <b>
        {down()
          .map((device) => texts.note.deviceDown(device.name, device.state, formatAge(clock.second() - device.since)))
          .join(', ')}
      </b>
    </Show>
  );
}
