import { createMemo, For, Show } from 'solid-js';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../protocol.ts';
import { setpointOf } from '../../pure/neighbours.ts';
import { useBands } from '../../store/bands.ts';
import { useStation } from '../../store/station.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Indicator } from '../../ui/indicator.tsx';
import { sparkSpanMs } from '../../ui/sparkline.tsx';
import { TagTable } from '../tag-table.tsx';
import './generated.css';

const most = 8;

/** Indicators and table of an area for which nothing is drawn. */
export function GeneratedDisplay(props: { readonly area: Area; readonly tags: readonly TagInfo[] }) {
  const { tags: catalogue, histories } = useStation();
  const indicators = useNamedTags(catalogue, () => props.area.indicators);
  const shown = createMemo(() => {
    const named = indicators.state === 'errored' ? [] : (indicators.latest ?? []);
    const others = props.tags.filter(
      (tag) => tag.kind === 'analog' && tag.role === 'measurement' && !named.some((one) => one.name === tag.name),
    );
    return [...named, ...others].slice(0, most);
  });
  const band = useBands(() => shown().map((tag) => tag.name));
  const history = histories.use(shown, () => ({ spanMs: sparkSpanMs }), 120);
  return (
    <>
      <Show when={shown().length > 0}>
        <div class="generated-indicators">
          <For each={shown()}>
            {(tag) => (
              <Indicator
                tag={tag}
                band={band(tag.name)}
                setpoint={setpointOf(tag, props.tags)}
                track={history.track(tag.name)}
                version={history.version}
              />
            )}
          </For>
        </div>
      </Show>
      <TagTable tags={props.tags} equipment={props.area.equipment} />
    </>
  );
}
