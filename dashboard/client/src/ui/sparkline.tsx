import { createMemo, Show } from 'solid-js';
import type { IndicatorScale } from '../pure/trend/indicator-scale.ts';
import { sparkPath } from '../pure/trend/spark-path.ts';
import type { Track } from '../pure/trend/track.ts';

export const sparkSpanMs = 3_600_000;

/** The last hour on the scale of its indicator, with the normal band, a dot at the end, and gaps for bad quality. */
export function Sparkline(props: {
  readonly track?: Track | undefined;
  readonly version: () => number;
  readonly scale: IndicatorScale;
}) {
  const drawn = createMemo(() => {
    props.version();
    return props.track === undefined ? { line: '', end: undefined } : sparkPath(props.track, sparkSpanMs, props.scale);
  });
  return (
    <svg class="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <Show when={props.scale.band}>
        {(band) => <rect class="band" x="0" width="100" y={(1 - band().to) * 100} height={(band().to - band().from) * 100} />}
      </Show>
      <path class="line" d={drawn().line} />
      <Show when={drawn().end}>{(end) => <path class="end" d={`M${end()[0]} ${end()[1]}h0.01`} />}</Show>
    </svg>
  );
}
