import { Show, type Accessor } from 'solid-js';
import { qualityName } from '../../../../src/core/quality.ts';
import type { TagInfo } from '../../../api/index.ts';
import { formatAge, formatNumber } from '../pure/format.ts';
import { ageOf, expectedPeriod, freshnessOf, shownValue, type Freshness, type Sample } from '../pure/state/freshness.ts';
import { useApp } from '../store/app-context.ts';
import './value.css';
import { shared } from '../text.ts';

/** The last sample of a tag, with its freshness. */
export interface LiveTag {
  readonly sample: Accessor<Sample>;
  readonly freshness: Accessor<Freshness>;
  /** The figure or the name of the state, without unit; the last good value of a bad sample in brackets. */
  readonly text: Accessor<string>;
  /** `?`, `47 s OLD`, `BAD`, `NO DATA`, or nothing. */
  readonly remark: Accessor<string | undefined>;
  /** The age of a stale sample, for narrow columns. */
  readonly briefRemark: Accessor<string>;
  /** Detail of the remark, for focus and pointer. */
  readonly detail: Accessor<string | undefined>;
}

/** Subscribes to a tag for the current component. Ages follow the site's clock, without messages. */
export function useLiveTag(tag: TagInfo): LiveTag {
  const { values, clock } = useApp();
  const sample = values.sample(tag.index);
  const freshness = (): Freshness => freshnessOf(sample(), clock.second(), expectedPeriod(tag.scanMs, clock.speed()));
  // the largest unit is enough beside a value, and fits
  const age = (): string => formatAge(ageOf(sample(), clock.second()), 1);
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
          return shared.note.oldAge(age());
        case 'bad':
          return shared.note.bad;
        case 'never':
          return shared.note.noData;
      }
    },
    briefRemark: () => (freshness() === 'stale' ? age() : ''),
    detail: () => (freshness() === 'good' ? undefined : `${qualityName(sample().quality)}, ${tag.device}`),
  };
}

/** A tag's value with its decimals, or the name of its state. */
export function valueText(tag: TagInfo, value: number, text: string | undefined): string {
  if (tag.kind === 'text') return text ?? '––';
  return tag.states?.[String(value)] ?? formatNumber(value, tag.decimals);
}

/** Value, unit and quality of a tag. */
export function Value(props: {
  readonly tag: TagInfo;
  /** Shows stripes without a remark, because the remark is beside it already. */
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
