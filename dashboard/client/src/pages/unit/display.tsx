import { createMemo, createResource, createSignal, ErrorBoundary, For, Show, type ResourceReturn } from 'solid-js';
import { type Mimic, tagsOfMimic } from '../../../../../src/core/mimic.ts';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { formatAge, formatDuration } from '../../pure/format.ts';
import { useApp } from '../../store/app-context.ts';
import { MaintenanceMark, useMaintainedParts } from '../../ui/maintenance-mark.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { GeneratedDisplay } from './generated.tsx';
import { MimicDrawing } from '../../mimics/mimic.tsx';
import { moveFocus } from '../../mimics/spatial.ts';
import { Choice } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { texts } from './text.ts';

/** The drawing of an area with its tags; no mimic if the area has none. */
export interface Drawing {
  readonly mimic: Mimic | undefined;
  readonly tags: readonly TagInfo[];
}

/** Requests the drawing of an area together with its tags: one after the other takes longer. */
export function useDrawing(area: string): ResourceReturn<Drawing> {
  const { tags: catalogue } = useApp();
  return createResource(async () => {
    const [mimic] = await Promise.all([catalogue.mimicOf(area), catalogue.ofArea(area)]);
    return { mimic, tags: mimic === undefined ? [] : await catalogue.named(tagsOfMimic(mimic)) };
  });
}

/** The area as a drawing if it has one, otherwise generated from its tags. */
export function UnitDisplay(props: {
  readonly area: Area;
  readonly tags: readonly TagInfo[];
  readonly drawing: ResourceReturn<Drawing>;
}) {
  const [drawn, { refetch }] = props.drawing;
  let root!: HTMLElement;
  useKeys(() => [
    {
      caption: '↑ ↓ ← →',
      text: texts.key.moveObjects,
      on: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
      run: (key) => moveFocus(root, key),
    },
  ]);
  const [listed, setListed] = createSignal(false);
  const generated = () => <GeneratedDisplay area={props.area} tags={props.tags} />;
  const title = (): string => (drawn.state === 'ready' ? drawn()?.mimic?.title : undefined) ?? props.area.name;
  return (
    <section class="panel" aria-label={props.area.name} ref={(element) => (root = element)}>
      <header class="panel-head">
        <h2>{title()}</h2>
        <MaintenanceMark of={{ area: props.area.id }} />
        <Maintained area={props.area} tags={props.tags} />
        <span class="end">
          <Devices tags={props.tags} />
        </span>
        <Show when={drawn.state === 'ready' && drawn()?.mimic}>
          <Choice
            label={texts.label.display}
            options={[
              { value: 'drawing', text: texts.button.drawing },
              { value: 'tags', text: texts.button.allTags },
            ]}
            value={listed() ? 'tags' : 'drawing'}
            onChoose={(value) => setListed(value === 'tags')}
          />
        </Show>
      </header>
      <Loaded of={drawn} retry={() => void refetch()} cells={8}>
        {(found) => (
          <Show when={!listed() && found().mimic} fallback={generated()}>
            {(known) => (
              <ErrorBoundary fallback={generated()}>
                <MimicDrawing mimic={known()} tags={found().tags} area={props.tags} />
              </ErrorBoundary>
            )}
          </Show>
        )}
      </Loaded>
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
