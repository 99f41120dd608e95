import { Show, type Accessor } from 'solid-js';
import { qualityName } from '../../../../src/core/quality.ts';
import type { TagInfo } from '../../../protocol.ts';
import { formatNumber, formatSpan } from '../pure/format.ts';
import { ageOf, expectedPeriod, freshnessOf, shownValue, type Freshness, type Sample } from '../pure/freshness.ts';
import { useStation } from '../store/station.ts';
import './value.css';

/** A tag's sample and what may be said about it now. */
export interface LiveTag {
  readonly sample: Accessor<Sample>;
  readonly freshness: Accessor<Freshness>;
  /** The figure or the state's word, without unit; brackets around the last good value of a bad one. */
  readonly text: Accessor<string>;
  /** `?`, `47 s OLD`, `BAD`, `NO DATA`, or nothing. */
  readonly remark: Accessor<string | undefined>;
  /** More about the remark, for focus and pointer. */
  readonly detail: Accessor<string | undefined>;
}

/** Subscribes to a tag for the current component; ages run by the site's clock, without messages. */
export function useLiveTag(tag: TagInfo): LiveTag {
  const { values, clock } = useStation();
  const sample = values.sample(tag.index);
  const freshness = (): Freshness => freshnessOf(sample(), clock.second(), expectedPeriod(tag.scanMs, clock.speed()));
  return {
    sample,
    freshness,
    text: () => {
      if (freshness() === 'never') return '––';
      const figure = valueText(tag, shownValue(sample()), values.text(tag.index));
      return freshness() === 'bad' ? `(${figure})` : figure;
    },
    remark: () => {
      switch (freshness()) {
        case 'good':
          return undefined;
        case 'uncertain':
          return '?';
        case 'stale':
          return `${formatSpan(ageOf(sample(), clock.second()))} OLD`;
        case 'bad':
          return 'BAD';
        case 'never':
          return 'NO DATA';
      }
    },
    detail: () => (freshness() === 'good' ? undefined : `${qualityName(sample().quality)}, ${tag.device}`),
  };
}

/** A tag's value in words and figures, as its decimals and states have it. */
export function valueText(tag: TagInfo, value: number, text: string | undefined): string {
  if (tag.kind === 'text') return text ?? '––';
  return tag.states?.[String(value)] ?? formatNumber(value, tag.decimals);
}

/** Value, unit and quality of a tag. */
export function Value(props: {
  readonly tag: TagInfo;
  /** The words of its quality stand beside it already: stripes alone say the rest. */
  readonly wordless?: boolean;
}) {
  const live = useLiveTag(props.tag);
  return (
    <span
      class="value"
      classList={{ 'value-old stripes': live.freshness() === 'stale' || live.freshness() === 'bad' }}
      title={live.detail()}
    >
      <span class="figure">{live.text()}</span>
      <Show when={props.tag.unit !== ''}>
        <span class="unit">{props.tag.unit}</span>
      </Show>
      <Show when={props.wordless !== true && live.remark()}>{(remark) => <span class="quality">{remark()}</span>}</Show>
    </span>
  );
}
