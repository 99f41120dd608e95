import { For } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { setpointOf } from '../pure/trend/neighbours.ts';
import { useBands } from '../store/bands.ts';
import { useApp } from '../store/app-context.ts';
import { Indicator } from './indicator.tsx';
import { sparkSpanMs } from './sparkline.tsx';

/** A row of indicators, each with its normal band, its last hour and its set point among `neighbours`. */
export function Indicators(props: {
  readonly class: string;
  readonly tags: readonly TagInfo[];
  readonly neighbours: readonly TagInfo[];
}) {
  const { histories } = useApp();
  const band = useBands(() => props.tags.map((tag) => tag.name));
  const history = histories.use(
    () => props.tags,
    () => ({ spanMs: sparkSpanMs }),
    120,
  );
  return (
    <div class={props.class}>
      <For each={props.tags}>
        {(tag) => (
          <Indicator
            tag={tag}
            band={band(tag.name)}
            setpoint={setpointOf(tag, props.neighbours)}
            track={history.track(tag.name)}
            version={history.version}
          />
        )}
      </For>
    </div>
  );
}
