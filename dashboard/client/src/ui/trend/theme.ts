/** Colours and sizes of the tokens, for the canvas. Read again after a change of theme or size. */
export interface TrendTheme {
  readonly chart: string;
  readonly line: string;
  readonly edge: string;
  readonly text: string;
  readonly text2: string;
  readonly band: string;
  readonly bandEdge: string;
  readonly anomaly: string;
  readonly focus: string;
  readonly hatch: string;
  readonly pens: readonly string[];
  /** CSS fonts of ticks and of labels. */
  readonly tickFont: string;
  readonly labelFont: string;
  readonly tickPx: number;
}

export function readTrendTheme(): TrendTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const family = getComputedStyle(document.body).fontFamily;
  return {
    chart: token('--chart'),
    line: token('--line'),
    edge: token('--edge'),
    text: token('--text'),
    text2: token('--text-2'),
    band: token('--band'),
    bandEdge: token('--band-edge'),
    anomaly: token('--anomaly-band'),
    focus: token('--focus'),
    hatch: token('--hatch'),
    pens: ['--pen-1', '--pen-2', '--pen-3', '--pen-4'].map(token),
    tickFont: `${token('--fs-1')} ${family}`,
    labelFont: `600 ${token('--fs-2')} ${family}`,
    tickPx: Number.parseFloat(token('--fs-1')) || 13,
  };
}

/** Dashes of the lines, which are never distinguished by colour alone. */
export const penDashes: readonly (readonly number[])[] = [[], [9, 3], [3, 3], [8, 3, 2, 3]];
