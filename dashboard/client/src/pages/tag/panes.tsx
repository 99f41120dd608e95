import { createMemo, For, Index, Show } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { formatDuration } from '../../pure/format.ts';
import type { TrendPane } from '../../pure/trend/pens.ts';
import { valueAt, type Track } from '../../pure/trend/track.ts';
import { findingSpans, limitLines } from '../../pure/trend/trend-layers.ts';
import { useBands } from '../../store/bands.ts';
import { useApp } from '../../store/app-context.ts';
import { Failed, Loading } from '../../ui/panel.tsx';
import { Legend } from '../../ui/trend/legend.tsx';
import { Trend, type Pen } from '../../ui/trend/trend.tsx';
import { valueText } from '../../ui/value.tsx';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

/** Panes with one cursor and one time axis: the pens of the trend grouped by unit and scale. */
export function TagPanes(props: { readonly trend: TrendState }) {
  const { alerts, clock, zone } = useApp();
  const { tag, view, window, cursor, setCursor, pens, panes, known, history, earlier, earlierError, comparison } = props.trend;
  const band = useBands(() => pens().map(({ name }) => name));
  /** Band of the single tag of a pane; states have none. */
  const bandOf = ([one, ...more]: readonly TagInfo[]) =>
    one === undefined || more.length > 0 || one.kind === 'discrete' ? undefined : band(one.name);
  const isCompared = (): boolean => comparison() !== 'none';
  /** Space beside the plots, equal for all panes, so that their time axes align. */
  const margins = createMemo(() => ({
    left: Math.max(
      ...pens()
        .flatMap(({ unit, states }) => [unit, ...Object.values(states ?? {})])
        .map((word) => word.length),
    ),
    right: Math.max(...pens().map(({ name }) => name.length + (isCompared() ? texts.label.before('').length : 0))),
  }));
  const linesOf = ({ tags }: TrendPane<TagInfo>): readonly Pen[] => {
    const steps = (one: TagInfo): boolean => one.kind === 'discrete';
    return [
      ...tags.map((one, style) => ({ label: one.name, track: history.track(one.name), step: steps(one), style })),
      ...(isCompared() ? tags : []).map((one, style) => ({
        label: texts.label.before(one.name),
        track: earlier(one.name),
        step: steps(one),
        style,
        earlier: true,
      })),
    ];
  };
  const first = (): number => {
    history.version();
    return history.track(tag.name)?.time[0] ?? Number.NaN;
  };
  return (
    <>
      <div class="readout">
        <Legend pens={[]} band={tag.kind !== 'discrete'} finding limit cursor earlier={isCompared()} />
        <p class="at">
          <Show when={cursor()}>
            {(at) => (
              <>
                <b>{zone().time(at())}</b> {readout(props.trend, at())}
              </>
            )}
          </Show>
        </p>
      </div>
      <Show when={history.error()}>{(text) => <Failed text={text()} retry={history.retry} />}</Show>
      <Show when={earlierError()}>
        {(text) => (
          <p role="alert">
            {texts.sentence.comparisonFailed} {text()}
          </p>
        )}
      </Show>
      <Show when={props.trend.hasNoEarlier()}>
        <small class="dim">{texts.sentence.noEarlier}</small>
      </Show>
      <Show when={!history.loading() && first() > window().from + view().spanMs * 0.05}>
        <small class="dim">{texts.label.noSamplesBefore(zone().moment(first(), clock.second()))}</small>
      </Show>
      <Show when={known.state !== 'pending'} fallback={<Loading />}>
        <div class={`panes ${['one', 'two', 'three'][panes().length - 1] ?? 'many'}`}>
          <Index each={panes()}>
            {(pane, index) => (
              <div class="pane">
                <Trend
                  label={texts.label.panes(
                    pane()
                      .tags.map((one) => one.description)
                      .join(', '),
                    formatDuration(view().spanMs),
                  )}
                  unit={pane().tags[0]?.unit ?? ''}
                  decimals={pane().tags[0]?.decimals ?? 0}
                  states={pane().tags.length === 1 ? pane().tags[0]?.states : undefined}
                  pens={linesOf(pane())}
                  version={history.version()}
                  from={window().from}
                  to={window().to}
                  scale={pane().scale}
                  ends
                  margins={margins()}
                  timeAxis={index === panes().length - 1}
                  caption={index === 0}
                  onCursor={setCursor}
                  layers={{
                    band: bandOf(pane().tags),
                    limits: pane().tags.length === 1 ? pane().tags.flatMap(limitLines) : [],
                    findings: findingSpans(alerts.open(), [tag.name], clock.second()),
                    cursor: cursor(),
                  }}
                />
              </div>
            )}
          </Index>
        </div>
      </Show>
      <For each={aggregated(props.trend)}>{(text) => <small class="dim">{text}</small>}</For>
    </>
  );
}

/** Values of all pens at a time, with those that they are compared with. */
function readout({ pens, history, earlier }: TrendState, at: number): string {
  history.version();
  const figure = (one: TagInfo, track: Track | undefined): string => {
    const value = track === undefined ? null : valueAt(track, at);
    return value === null ? '––' : valueText(one, value, undefined);
  };
  return pens()
    .map((one) => {
      const before = earlier(one.name);
      const compared = before === undefined ? '' : ` ${texts.label.beforeValue(figure(one, before))}`;
      return `${one.name} ${figure(one, history.track(one.name))} ${one.unit}`.trim() + compared;
    })
    .join(' · ');
}

/** Note for a line that is not made of single samples. */
function aggregated({ history, tag }: TrendState): readonly string[] {
  history.version();
  const spanMs = history.track(tag.name)?.spanMs ?? 0;
  return spanMs > 0 ? [texts.label.reduced(formatDuration(spanMs))] : [];
}
