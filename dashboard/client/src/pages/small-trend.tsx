import { createMemo, For, Show } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { findingSpans, limitLines } from '../pure/trend/trend-layers.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { useBands } from '../store/bands.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { MaintenanceMark } from '../ui/maintenance-mark.tsx';
import { Failed } from '../ui/panel.tsx';
import { Trend } from '../ui/trend/trend.tsx';
import { Value } from '../ui/value.tsx';
import { formatDuration } from '../pure/format.ts';
import { texts } from './unit/text.ts';

const spanMs = 1_800_000;

/** The last half hour of one tag against its band and limits, with the spans of its open findings. */
export function TagTrend(props: { readonly tag: TagInfo; readonly spanMs?: number }) {
  const { histories, clock, alerts } = useApp();
  const shown = createMemo(() => [props.tag]);
  const length = (): number => props.spanMs ?? spanMs;
  const history = histories.use(shown, () => ({ spanMs: length() }), 900);
  const band = useBands(() => [props.tag.name]);
  const pens = createMemo(() => [
    { label: props.tag.name, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  const layers = createMemo(() => ({
    band: props.tag.kind === 'discrete' ? undefined : band(props.tag.name),
    limits: limitLines(props.tag),
    findings: findingSpans(alerts.open(), [props.tag.name], clock.second()),
  }));
  return (
    <>
      <Show when={history.error()}>{(text) => <Failed text={text()} retry={history.retry} />}</Show>
      <Trend
        label={texts.label.trend(props.tag.name, formatDuration(length()))}
        unit={props.tag.unit}
        decimals={props.tag.decimals}
        states={props.tag.states}
        pens={pens()}
        version={history.version()}
        from={clock.second() - length()}
        to={clock.second() + length() * 0.03}
        layers={layers()}
      />
    </>
  );
}

/** The trend of a tag as a panel with its name and value. */
export function SmallTrend(props: { readonly tag: TagInfo }) {
  const { alerts } = useApp();
  const worst = createMemo(() => worstOf(alerts.open().filter((alert) => alert.tags.includes(props.tag.name))));
  return (
    <section class="panel" aria-label={props.tag.name}>
      <header class="panel-head">
        <h2>{props.tag.name}</h2>
        <MaintenanceMark of={props.tag} brief />
        <For each={worst().slice(0, 1)}>{(alert) => <Badge priority={alert.priority} state={alert.state} size={20} />}</For>
        <span class="end">
          <Value tag={props.tag} />
        </span>
      </header>
      <TagTrend tag={props.tag} />
    </section>
  );
}
