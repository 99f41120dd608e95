import { createMemo, createResource, For, Index, Show, type JSX } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { formatDuration } from '../../pure/format.ts';
import { byUnit, neighboursOf } from '../../pure/trend/neighbours.ts';
import type { View } from '../../pure/trend/time-window.ts';
import { valueAt } from '../../pure/trend/track.ts';
import { findingSpans, limitLines } from '../../pure/trend/trend-layers.ts';
import { useBands } from '../../store/bands.ts';
import type { History } from '../../store/histories.ts';
import { useApp } from '../../store/app-context.ts';
import { Failed, Loading } from '../../ui/panel.tsx';
import { Legend } from '../../ui/trend/legend.tsx';
import { Trend } from '../../ui/trend/trend.tsx';
import { valueText } from '../../ui/value.tsx';
import { texts } from './text.ts';

/** Panes with one cursor: the tag, and below it its neighbours grouped by unit. */
export function TagPanes(props: {
  readonly tag: TagInfo;
  readonly view: View;
  readonly window: { readonly from: number; readonly to: number };
  readonly cursor: number | undefined;
  readonly onCursor: (time: number | undefined) => void;
  readonly children: (history: History) => JSX.Element;
}) {
  const { histories, tags: catalogue, alerts, clock, zone } = useApp();
  const [area] = createResource(async () => await catalogue.ofArea(props.tag.area));
  const named = createMemo(() =>
    alerts
      .open()
      .filter((alert) => alert.tags.includes(props.tag.name))
      .flatMap((alert) => alert.explanation.contributions.map((part) => part.tag)),
  );
  const [others] = createResource(
    () => (area.state === 'ready' ? named().join('\n') : undefined),
    async (names) =>
      neighboursOf(props.tag, [...new Set([...(area() ?? []), ...(await catalogue.named(names.split('\n')))])], named(), 3),
  );
  const shown = createMemo(() => [props.tag, ...(others.state === 'ready' ? others() : [])]);
  const panes = createMemo(() => [[props.tag], ...byUnit(shown().slice(1)).slice(0, 2)]);
  const history = histories.use(shown, () => ({ spanMs: props.view.spanMs, end: props.view.end }), 1500);
  const band = useBands(() => shown().map((tag) => tag.name));
  /** Band of the single tag of a pane; states have none. */
  const bandOf = ([tag, ...more]: readonly TagInfo[]) =>
    tag === undefined || more.length > 0 || tag.kind === 'discrete' ? undefined : band(tag.name);
  /** Space beside the plots, equal for all panes, so that their time axes align. */
  const margins = createMemo(() => ({
    left: Math.max(
      ...shown()
        .flatMap(({ unit, states }) => [unit, ...Object.values(states ?? {})])
        .map((word) => word.length),
    ),
    right: Math.max(...shown().map(({ name }) => name.length)),
  }));
  const readout = (): string => {
    const at = props.cursor;
    if (at === undefined) return '';
    history.version();
    return shown()
      .map((tag) => {
        const track = history.track(tag.name);
        const value = track === undefined ? null : valueAt(track, at);
        return `${tag.name} ${value === null ? '––' : valueText(tag, value, undefined)} ${tag.unit}`.trim();
      })
      .join(' · ');
  };
  const first = (): number => {
    history.version();
    return history.track(props.tag.name)?.time[0] ?? Number.NaN;
  };
  return (
    <>
      <section class="panel" aria-label={texts.title.trend}>
        <div class="readout">
          <Legend pens={shown().map((tag) => tag.name)} band={props.tag.kind !== 'discrete'} finding limit cursor />
          <p class="at">
            <Show when={props.cursor}>
              {(at) => (
                <>
                  <b>{zone().time(at())}</b> {readout()}
                </>
              )}
            </Show>
          </p>
        </div>
        <Show when={history.error()}>{(text) => <Failed text={text()} retry={history.retry} />}</Show>
        <Show when={!history.loading() && first() > props.window.from + props.view.spanMs * 0.05}>
          <small class="dim">{texts.label.noSamplesBefore(zone().moment(first(), clock.second()))}</small>
        </Show>
        <Show when={others.state !== 'pending' && area.state !== 'pending'} fallback={<Loading />}>
          <div class={`panes ${['one', 'two', 'three'][panes().length - 1] ?? 'three'}`}>
            <Index each={panes()}>
              {(pane, index) => (
                <div class="pane">
                  <Trend
                    label={texts.label.panes(
                      pane()
                        .map((tag) => tag.description)
                        .join(', '),
                      formatDuration(props.view.spanMs),
                    )}
                    unit={pane()[0]?.unit ?? ''}
                    decimals={pane()[0]?.decimals ?? 0}
                    states={pane().length === 1 ? pane()[0]?.states : undefined}
                    pens={pane().map((tag) => ({
                      label: tag.name,
                      track: history.track(tag.name),
                      step: tag.kind === 'discrete',
                    }))}
                    version={history.version()}
                    from={props.window.from}
                    to={props.window.to}
                    ends
                    margins={margins()}
                    timeAxis={index === panes().length - 1}
                    caption={index === 0}
                    onCursor={props.onCursor}
                    layers={{
                      band: bandOf(pane()),
                      limits: pane().length === 1 ? pane().flatMap(limitLines) : [],
                      findings: findingSpans(alerts.open(), [props.tag.name], clock.second()),
                      cursor: props.cursor,
                    }}
                  />
                </div>
              )}
            </Index>
          </div>
        </Show>
        <For each={aggregated(history, props.tag.name)}>{(text) => <small class="dim">{text}</small>}</For>
      </section>
      {props.children(history)}
    </>
  );
}

/** Note for a line that is not made of single samples. */
function aggregated(history: History, name: string): readonly string[] {
  history.version();
  const spanMs = history.track(name)?.spanMs ?? 0;
  return spanMs > 0 ? [texts.label.reduced(formatDuration(spanMs))] : [];
}
