import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { createEffect, onCleanup, onMount, untrack } from 'solid-js';
import type { Track } from '../../pure/trend/track.ts';
import { simulatedMark } from '../../pure/state/simulated-mark.ts';
import { stateRange, trendRange } from '../../pure/trend/trend-range.ts';
import { useApp } from '../../store/app-context.ts';
import { trendAxes } from './axes.ts';
import { drawAbove, drawBelow, type TrendLayers } from './layers.ts';
import { penDashes, readTrendTheme } from './theme.ts';
import './trend.css';

export interface Pen {
  readonly label: string;
  readonly track: Track | undefined;
  /** Steps from value to value, for discrete tags. */
  readonly step: boolean;
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

const stepped = uPlot.paths.stepped?.({ align: 1 });

/** Trend of measured values over time (uPlot), with band, limits, findings and marks. */
export function Trend(props: TrendProps) {
  const { settings, zone, site } = useApp();
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  let theme = readTrendTheme();

  const layers = (): TrendLayers => {
    const drawn = props.pens.flatMap(({ label, track }) => {
      const value = track?.value.findLast((one) => one !== null);
      return track === undefined || value === undefined || value === null ? [] : [{ text: label, time: track.last, value }];
    });
    return {
      limits: [],
      findings: [],
      ...props.layers,
      marks: [...simulatedMark(props), ...(props.layers?.marks ?? [])],
      ends: props.ends === true ? drawn : [],
      dots: drawn,
    };
  };
  const data = (): uPlot.AlignedData => {
    const tables = props.pens.map(({ track }) => [track?.time ?? [], track?.value ?? []] as uPlot.AlignedData);
    return tables.length === 1 ? (tables[0] ?? [[]]) : uPlot.join(tables);
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

  const build = (): void => {
    plot?.destroy();
    theme = readTrendTheme();
    const pens = untrack(() => props.pens);
    plot = new uPlot(
      {
        width: Math.max(40, host.clientWidth),
        height: Math.max(40, host.clientHeight),
        ms: 1,
        tzDate: (time) => uPlot.tzDate(new Date(time), settings.utc() ? 'UTC' : site.timeZone),
        padding: [topMargin, untrack(rightMargin), untrack(() => props.timeAxis) === false ? 6 : 0, 0],
        legend: { show: false },
        cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: { x: { time: true, range: () => [props.from, props.to] }, y: { range: (_u, low, high) => range(low, high) } },
        series: [
          {},
          ...pens.map(
            (pen, index): uPlot.Series => ({
              stroke: theme.pens[index % 4] ?? theme.text,
              width: 2,
              dash: [...(penDashes[index % 4] ?? [])],
              points: { show: false },
              spanGaps: false,
              ...(pen.step && stepped !== undefined ? { paths: stepped } : {}),
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
      props.pens.map((pen) => `${pen.label}${pen.step}`).join('\n');
      void props.margins;
      build();
    });
    createEffect(() => {
      void props.version;
      void [props.from, props.to, props.scale];
      const next = data();
      untrack(() => plot?.setData(next, true));
    });
    let top = topMargin();
    createEffect(() => {
      layers();
      untrack(() => {
        // a mark that comes later needs the margin of its text
        const before = top;
        top = topMargin();
        plot?.redraw(false, top !== before);
      });
    });
    const observer = new ResizeObserver(() => {
      if (host.clientWidth > 0 && host.clientHeight > 0) plot?.setSize({ width: host.clientWidth, height: host.clientHeight });
    });
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  onCleanup(() => plot?.destroy());
  return <div class="trend" ref={(element) => (host = element)} role="img" aria-label={props.label} />;
}
