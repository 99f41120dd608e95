import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { createEffect, onCleanup, onMount, untrack } from 'solid-js';
import { lastShown, type Track } from '../../pure/trend/track.ts';
import type { Annotation } from '../../../../../src/core/annotation.ts';
import { simulatedMark } from '../../pure/state/simulated-mark.ts';
import { stateRange, trendRange } from '../../pure/trend/trend-range.ts';
import { useApp } from '../../store/app-context.ts';
import { trendAxes } from './axes.ts';
import { drawAbove, drawBelow, type TrendLayers } from './layers.ts';
import { annotationText } from './annotation-text.ts';
import { penDashes, readTrendTheme } from './theme.ts';
import './trend.css';

export interface Pen {
  readonly label: string;
  readonly track: Track | undefined;
  /** Steps from value to value, for discrete tags. */
  readonly step: boolean;
  /** Number of its line style, counted from 0; the position among the pens if absent. */
  readonly style?: number;
  /** An earlier time drawn over the pen of the same style: thin, without a dot at its end. */
  readonly earlier?: boolean;
}

export interface TrendProps {
  /** Label for screen readers. */
  readonly label: string;
  readonly unit: string;
  readonly decimals: number;
  /** Names of the states of a discrete tag by value. */
  readonly states?: Readonly<Record<string, string>> | undefined;
  readonly pens: readonly Pen[];
  /** Changes when a track has changed. */
  readonly version: number;
  readonly from: number;
  readonly to: number;
  readonly layers?: Partial<Omit<TrendLayers, 'ends' | 'dots'>>;
  /** Ends of a fixed scale; without them the scale follows the visible data. */
  readonly scale?: readonly [number, number] | undefined;
  /** Shows texts at the ends of the lines. */
  readonly ends?: boolean;
  /** Characters that must fit left and right of the plot, for panes above each other. */
  readonly margins?: { readonly left: number; readonly right: number } | undefined;
  /** Texts below the time axis; panes above another one have none. */
  readonly timeAxis?: boolean;
  /** False: the mark of the simulated history has no text, because the pane above has it. */
  readonly caption?: boolean;
  /** No texts beside the plot. */
  readonly flush?: boolean;
  readonly onCursor?: (time: number | undefined) => void;
}

/** Mode of `uPlot.join`: a gap reaches from sample to sample of its own line. */
const wholeGap = 2;
const stepped = uPlot.paths.stepped?.({ align: 1 });

/** Trend of measured values over time (uPlot), with band, limits, findings and marks. */
export function Trend(props: TrendProps) {
  const { settings, zone, site, annotations } = useApp();
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  /** Columns of the data that the plot was built for: the times, and one for each pen. */
  let columns = 0;
  let theme = readTrendTheme();

  const noted = (): readonly Annotation[] => annotations.within(props.from, props.to);
  const layers = (): TrendLayers => {
    const drawn = props.pens.flatMap(({ label, track, earlier = false }) => {
      const last = track === undefined ? undefined : lastShown(track, props.to);
      return last === undefined ? [] : [{ ...last, text: label, earlier }];
    });
    return {
      limits: [],
      findings: [],
      ...props.layers,
      marks: [...simulatedMark(props), ...(props.layers?.marks ?? [])],
      annotations: noted().map(({ time, text }) => ({ time, text: props.caption === false ? '' : text })),
      ends: props.ends === true ? drawn : [],
      dots: drawn.filter(({ earlier }) => !earlier),
    };
  };
  const data = (): uPlot.AlignedData => {
    const tables = props.pens.map(({ track }) => [track?.time ?? [], track?.value ?? []] as uPlot.AlignedData);
    if (tables.length === 1) return tables[0] ?? [[]];
    // samples of other pens within a gap must not shorten it
    return uPlot.join(
      tables,
      tables.map(() => [0, wholeGap]),
    );
  };
  const range = (low: number | null, high: number | null): uPlot.Range.MinMax => {
    if (props.scale !== undefined) return [...props.scale];
    if (props.states !== undefined) return [...stateRange(props.states, low, high)];
    return [
      ...trendRange({
        data: { low: low ?? Number.NaN, high: high ?? Number.NaN },
        band: props.layers?.band,
        limits: (props.layers?.limits ?? []).map((limit) => limit.value),
        least: 12 * 10 ** -props.decimals,
      }),
    ];
  };

  /** Size of the plot; on paper the one that it had on the screen, scaled by the print style. */
  const size = (): { readonly width: number; readonly height: number } =>
    plot !== undefined && matchMedia('print').matches
      ? { width: plot.width, height: plot.height }
      : { width: Math.max(40, host.clientWidth), height: Math.max(40, host.clientHeight) };
  const build = (): void => {
    const { width, height } = size();
    plot?.destroy();
    theme = readTrendTheme();
    const pens = untrack(() => props.pens);
    columns = pens.length + 1;
    plot = new uPlot(
      {
        width,
        height,
        ms: 1,
        tzDate: (time) => uPlot.tzDate(new Date(time), settings.utc() ? 'UTC' : site.timeZone),
        padding: [topMargin, untrack(rightMargin), untrack(() => props.timeAxis) === false ? 6 : 0, 0],
        legend: { show: false },
        cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: { x: { time: true, range: () => [props.from, props.to] }, y: { range: (_u, low, high) => range(low, high) } },
        series: [
          {},
          ...pens.map(
            ({ step, style, earlier = false }, index): uPlot.Series => ({
              stroke: theme.pens[(style ?? index) % 4] ?? theme.text,
              width: earlier ? 1 : 2,
              alpha: earlier ? 0.7 : 1,
              dash: [...(penDashes[(style ?? index) % 4] ?? [])],
              points: { show: false },
              spanGaps: false,
              ...(step && stepped !== undefined ? { paths: stepped } : {}),
            }),
          ),
        ],
        axes: trendAxes({
          theme,
          unit: untrack(() => props.unit),
          states: untrack(() => props.states),
          margin: untrack(() => props.margins?.left ?? 0),
          timeAxis: untrack(() => props.timeAxis) !== false,
          zone,
          flush: untrack(() => props.flush) === true,
        }),
        hooks: {
          drawClear: [(u) => drawBelow(u, theme, untrack(layers))],
          draw: [(u) => drawAbove(u, theme, untrack(layers)), (u) => drawUnit(u)],
          setCursor: [
            (u) => {
              const left = u.cursor.left ?? -1;
              props.onCursor?.(left < 0 ? undefined : u.posToVal(left, 'x'));
            },
          ],
        },
      },
      untrack(data),
      host,
    );
  };
  /** Height above the plot, px. The text of the mark of the simulated history would cover a line within the plot. */
  const topMargin = (): number => (untrack(layers).marks.some(({ above, text }) => above && text !== '') ? theme.tickPx + 8 : 8);
  /** Width beside the plot for the texts at the ends of the lines, px. */
  const rightMargin = (): number => {
    if (props.flush === true) return 0;
    if (props.ends !== true) return 10;
    return 14 + theme.tickPx * 0.72 * Math.max(props.margins?.right ?? 0, ...props.pens.map((pen) => pen.label.length));
  };
  const drawUnit = (u: uPlot): void => {
    if (untrack(() => props.flush) === true) return;
    const { ctx, bbox } = u;
    ctx.save();
    ctx.font = theme.tickFont.replace(/([\d.]+)px/, (_all, size: string) => `${Number(size) * devicePixelRatio}px`);
    ctx.fillStyle = theme.text2;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'top';
    ctx.fillText(
      untrack(() => props.unit),
      bbox.left - 6 * devicePixelRatio,
      bbox.top,
    );
    ctx.restore();
  };

  onMount(() => {
    // a change of pens, theme or axis rebuilds the chart; new samples only set data
    createEffect(() => {
      settings.theme();
      settings.utc();
      props.pens.map(({ label, step, style }) => `${label}${step}${style}`).join('\n');
      void props.margins;
      build();
    });
    createEffect(() => {
      void props.version;
      void [props.from, props.to, props.scale];
      const next = data();
      // a plot of other pens is about to be built again: it would draw lines without data
      if (next.length === columns) untrack(() => plot?.setData(next, true));
    });
    let top = topMargin();
    createEffect(() => {
      // a window of the past does not move: its stored samples alone bring the mark
      void props.version;
      layers();
      untrack(() => {
        // a mark that comes later needs the margin of its text
        const before = top;
        top = topMargin();
        plot?.redraw(false, top !== before);
      });
    });
    const observer = new ResizeObserver(() => {
      if (host.clientWidth > 0 && host.clientHeight > 0) plot?.setSize(size());
    });
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  onCleanup(() => plot?.destroy());
  const label = (): string => [props.label, ...noted().map((one) => annotationText(one, zone()))].join('. ');
  return <div class="trend" ref={(element) => (host = element)} role="img" aria-label={label()} />;
}
