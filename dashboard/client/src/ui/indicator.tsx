import { Show } from 'solid-js';
import type { NormalBand } from '../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../api/index.ts';
import { expectedOf } from '../pure/alerts/alert-words.ts';
import { formatNumber, longestLarge, widestValue } from '../pure/format.ts';
import { shownValue } from '../pure/state/freshness.ts';
import { indicatorScale, type IndicatorScale } from '../pure/trend/indicator-scale.ts';
import type { Track } from '../pure/trend/track.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from './badge.tsx';
import './indicator.css';
import { useMaintenance } from './maintenance-mark.tsx';
import { Sparkline } from './sparkline.tsx';
import { useLiveTag } from './value.tsx';
import { shared } from '../text.ts';

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;

/** Moving analog indicator. The normal band fills the middle third, so that a row of indicators is readable at a glance. */
export function Indicator(props: {
  readonly tag: TagInfo;
  readonly band: NormalBand | undefined;
  readonly setpoint?: TagInfo | undefined;
  readonly track?: Track | undefined;
  readonly version: () => number;
}) {
  const app = useApp();
  const live = useLiveTag(props.tag);
  const scale = (): IndicatorScale => indicatorScale(props.band, props.tag.limits, props.tag.range);
  const alerts = () => app.alerts.open().filter((alert) => alert.tags.includes(props.tag.name));
  const worst = () => worstOf(alerts())[0];
  const value = (): number => shownValue(live.sample());
  /** Expected value; undefined if it is off the scale. */
  const model = (): number | undefined => {
    const expected = expectedOf(alerts(), props.tag.name)?.expected;
    return expected === undefined || scale().off(expected) !== 0 ? undefined : expected;
  };
  const hit = (zone: 'low' | 'high'): string => {
    const alert = worst();
    const at = zone === 'low' ? scale().lowZone : scale().highZone;
    if (alert === undefined || alert.priority === 'A' || at === undefined) return '';
    const fraction = (value() - scale().low) / (scale().high - scale().low);
    return (zone === 'low' ? fraction < at : fraction > at) ? `zone-hit-${alert.priority}` : '';
  };
  const maintenance = useMaintenance(() => [props.tag]);
  const old = () => live.freshness() === 'stale' || live.freshness() === 'bad';
  const trueScale = () =>
    `${props.tag.name} ${props.tag.short}: ${props.tag.description}, ${formatNumber(scale().low, props.tag.decimals)} to ${formatNumber(scale().high, props.tag.decimals)} ${props.tag.unit}`;

  return (
    <button
      type="button"
      class="indicator"
      data-object
      classList={{ stripes: old() }}
      title={[trueScale(), live.detail()].filter(Boolean).join('. ')}
      onClick={() => app.go({ page: 'tag', tag: props.tag.name })}
    >
      <span class="name">{props.tag.short}</span>
      <span
        class="now"
        classList={{ word: props.tag.unit === '' && live.text().length > longestLarge }}
        style={{ '--characters': widestValue(props.tag) }}
      >
        {live.text()}
      </span>
      <span class="unit">{props.tag.unit || '\u00a0'}</span>
      <span class="gauge">
        <Show when={worst()}>{(alert) => <Badge priority={alert().priority} state={alert().state} size={20} />}</Show>
        <span class="track" aria-hidden="true">
          <Show when={scale().band}>
            {(band) => <i class="band" style={{ bottom: percent(band().from), height: percent(band().to - band().from) }} />}
          </Show>
          <Show when={scale().lowZone}>
            {(at) => <i class={`zone zone-low ${hit('low')}`} style={{ height: percent(at()) }} />}
          </Show>
          <Show when={scale().highZone}>
            {(at) => <i class={`zone zone-high ${hit('high')}`} style={{ height: percent(1 - at()) }} />}
          </Show>
          <Show when={props.setpoint}>{(setpoint) => <SetPoint tag={setpoint()} scale={scale()} />}</Show>
          <Show when={model()}>{(expected) => <i class="model" style={{ bottom: percent(scale().at(expected())) }} />}</Show>
          <Show when={Number.isFinite(value())}>
            <i class="pointer" classList={{ off: scale().off(value()) !== 0 }} style={{ bottom: percent(scale().at(value())) }} />
          </Show>
        </span>
      </span>
      <Sparkline track={props.track} version={props.version} scale={scale()} />
      <Show when={live.remark() ?? (maintenance() && shared.note.maint)} fallback={<span class="tag">{props.tag.name}</span>}>
        {/* the column has space for nine characters */}
        {(remark) => <span class="quality">{remark().length > 9 ? live.briefRemark() : remark()}</span>}
      </Show>
    </button>
  );
}

function SetPoint(props: { readonly tag: TagInfo; readonly scale: IndicatorScale }) {
  const live = useLiveTag(props.tag);
  return (
    <Show when={Number.isFinite(live.sample().value)}>
      <i class="setpoint" style={{ bottom: percent(props.scale.at(live.sample().value)) }} />
    </Show>
  );
}
