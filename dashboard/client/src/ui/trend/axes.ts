import type uPlot from 'uplot';
import { formatNumber } from '../../pure/format.ts';
import type { ZoneFormat } from '../../pure/zone.ts';
import type { TrendTheme } from './theme.ts';

export interface AxesOptions {
  readonly theme: TrendTheme;
  readonly unit: string;
  /** Names of the states of a discrete tag by value, shown instead of figures. */
  readonly states: Readonly<Record<string, string>> | undefined;
  /** Smallest number of characters that fit beside the plot. */
  readonly margin: number;
  /** Texts below the time axis. */
  readonly timeAxis: boolean;
  readonly zone: () => ZoneFormat;
  /** No texts beside the plot, because it is below another time axis. */
  readonly flush: boolean;
}

/** Axes of a trend: time below, values on the left. Ticks that would overlap an edge or the unit have no text. */
export function trendAxes({ theme, unit, states, margin, timeAxis, zone, flush }: AxesOptions): uPlot.Axis[] {
  const px = theme.tickPx;
  const common = {
    font: theme.tickFont,
    stroke: theme.text2,
    grid: { stroke: theme.line, width: 1 },
    ticks: { show: false },
    border: { show: true, stroke: theme.edge, width: 1 },
  } satisfies uPlot.Axis;
  return [
    {
      ...common,
      size: timeAxis ? px + 12 : 0,
      space: 62,
      gap: 4,
      values: (u, splits, _axis, _space, increment) =>
        splits.map((time) => (!timeAxis || nearEnd(u, time, px) ? '' : timeText(zone(), time, increment))),
    },
    {
      ...common,
      // the same width in panes above each other, unless figures need more
      size: (_u, values) =>
        flush ? 0 : 14 + px * 0.62 * Math.max(5, margin, unit.length, ...(values ?? []).map((text) => text.length)),
      space: 34,
      gap: 6,
      ...(states === undefined ? {} : { splits: () => Object.keys(states).map(Number) }),
      values: (u, splits) =>
        splits.map((value) => {
          if (states !== undefined) return flush ? '' : (states[value] ?? '');
          return flush || nearTop(u, value, px) ? '' : tickText(value, splits);
        }),
    },
  ];
}

function nearEnd(u: uPlot, time: number, px: number): boolean {
  const { min = 0, max = 1 } = u.scales['x'] ?? {};
  return ((max - time) / (max - min)) * (u.width - 60) < px * 1.4;
}

function nearTop(u: uPlot, value: number, px: number): boolean {
  const { min = 0, max = 1 } = u.scales['y'] ?? {};
  return ((max - value) / (max - min)) * (u.height - 30) < px * 1.7;
}

const timeText = (zone: ZoneFormat, time: number, increment: number): string =>
  increment < 60_000 ? zone.time(time) : increment < 43_200_000 ? zone.minute(time) : zone.day(time);

/** Tick text with as many decimals as the tick distance needs. */
function tickText(value: number, splits: readonly number[]): string {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) || 1;
  let decimals = 0;
  while (decimals < 4 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  return formatNumber(value, decimals);
}
