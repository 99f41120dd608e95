import type uPlot from 'uplot';
import type { TrendMark } from '../../pure/state/simulated-mark.ts';
import { apart, besideMark } from '../../pure/trend/label-places.ts';
import type { TrendTheme } from './theme.ts';

/** Layers of a trend besides its lines. Times in ms UTC, values in the unit of the pane. */
export interface TrendLayers {
  readonly band?: { readonly low: number; readonly high: number } | undefined;
  /** Expected values, dotted. */
  readonly expected?: readonly { readonly time: number; readonly value: number }[] | undefined;
  readonly limits: readonly { readonly value: number; readonly text: string }[];
  /** Spans of open findings. */
  readonly findings: readonly { readonly from: number; readonly to: number }[];
  readonly marks: readonly (Omit<TrendMark, 'above'> & Partial<TrendMark>)[];
  /** Remarks of users; without a text, another pane has it. */
  readonly annotations: readonly { readonly time: number; readonly text: string }[];
  readonly cursor?: number | undefined;
  /** Texts at the right end of lines, at a value. */
  readonly ends: readonly { readonly text: string; readonly value: number }[];
  /** The last point of each line, with its dot. */
  readonly dots: readonly { readonly time: number; readonly value: number }[];
}

interface Canvas {
  readonly u: uPlot;
  readonly theme: TrendTheme;
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

function canvasOf(u: uPlot, theme: TrendTheme): Canvas {
  const { left, top, width, height } = u.bbox;
  return {
    u,
    theme,
    x: (time) => Math.min(left + width, Math.max(left, u.valToPos(time, 'x', true))),
    y: (value) => Math.min(top + height, Math.max(top, u.valToPos(value, 'y', true))),
    box: { left, top, right: left + width, bottom: top + height },
  };
}

/** Draws below grid and lines: background, finding spans, normal band. */
export function drawBelow(u: uPlot, theme: TrendTheme, layers: TrendLayers): void {
  const { x, y, box } = canvasOf(u, theme);
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = theme.chart;
  ctx.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ctx.fillStyle = theme.anomaly;
  for (const { from, to } of layers.findings) {
    const left = x(from);
    ctx.fillRect(left, box.top, Math.max(2 * devicePixelRatio, x(to) - left), box.bottom - box.top);
  }
  if (layers.band !== undefined) {
    const high = y(layers.band.high);
    const low = y(layers.band.low);
    ctx.fillStyle = theme.band;
    // a finding's span shows through the band
    ctx.globalAlpha = layers.findings.length > 0 ? 0.6 : 1;
    ctx.fillRect(box.left, high, box.right - box.left, low - high);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.bandEdge;
    ctx.lineWidth = devicePixelRatio;
    dash(ctx, [2, 3]);
    horizontal(ctx, box, high);
    horizontal(ctx, box, low);
  }
  ctx.restore();
}

/** Draws above the lines: limits, events, expected values, ends, cursor. */
export function drawAbove(u: uPlot, theme: TrendTheme, layers: TrendLayers): void {
  const canvas = canvasOf(u, theme);
  const { ctx } = u;
  ctx.save();
  ctx.textBaseline = 'alphabetic';
  drawLimits(canvas, layers);
  drawMarks(canvas, layers);
  drawAnnotations(canvas, layers);
  drawExpected(canvas, layers);
  drawEnds(canvas, layers);
  if (layers.cursor !== undefined) {
    ctx.strokeStyle = theme.focus;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    dash(ctx, []);
    vertical(ctx, canvas.box, canvas.x(layers.cursor));
  }
  ctx.restore();
}

function drawLimits({ u, theme, y, box }: Canvas, layers: TrendLayers): void {
  const { ctx } = u;
  const { min = Number.NaN, max = Number.NaN } = u.scales['y'] ?? {};
  ctx.strokeStyle = theme.text;
  ctx.fillStyle = theme.text2;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.font = scaled(theme.tickFont);
  ctx.textAlign = 'left';
  const line = (theme.tickPx + 4) * devicePixelRatio;
  let last = { at: Number.NEGATIVE_INFINITY, end: 0 };
  for (const { value, text } of layers.limits) {
    if (!(value >= min && value <= max)) continue;
    const lineAt = y(value);
    dash(ctx, [8, 4]);
    horizontal(ctx, box, lineAt);
    const at = lineAt - box.top > line ? lineAt - 5 * devicePixelRatio : lineAt + line;
    // texts of close limits are beside each other
    const left = Math.abs(at - last.at) < line ? last.end + 12 * devicePixelRatio : box.left + 6 * devicePixelRatio;
    words(u, theme, text, left, at);
    last = { at, end: left + ctx.measureText(text).width };
  }
}

function drawMarks({ u, theme, x, box }: Canvas, layers: TrendLayers): void {
  const { ctx } = u;
  const { min = 0, max = 0 } = u.scales['x'] ?? {};
  ctx.strokeStyle = theme.text2;
  ctx.fillStyle = theme.text2;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = scaled(theme.tickFont);
  const step = (theme.tickPx + 3) * devicePixelRatio;
  let last = Number.NEGATIVE_INFINITY;
  let row = 0;
  for (const { time, text, above = false } of layers.marks) {
    if (time < min || time > max) continue;
    const at = x(time);
    dash(ctx, [1, 3]);
    vertical(ctx, box, at);
    if (text === '') continue;
    const width = ctx.measureText(text).width + 8 * devicePixelRatio;
    // above the plot a text may lie over the texts beside it
    const left = besideMark(at, width, above ? { left: 0, right: ctx.canvas.width } : box);
    ctx.textAlign = 'left';
    if (above) {
      ctx.fillText(text, left, box.top - 4 * devicePixelRatio);
      continue;
    }
    // texts of close marks are below each other
    row = at - last < 80 * devicePixelRatio ? row + 1 : 0;
    last = at;
    words(u, theme, text, left, box.top + step * (row + 1));
  }
}

/** Annotations: a line with a flag at its top, and the text as far as there is room. */
function drawAnnotations({ u, theme, x, box }: Canvas, layers: TrendLayers): void {
  const { ctx } = u;
  const { min = 0, max = 0 } = u.scales['x'] ?? {};
  const step = (theme.tickPx + 4) * devicePixelRatio;
  const flag = theme.tickPx * 0.7 * devicePixelRatio;
  ctx.strokeStyle = theme.text;
  ctx.fillStyle = theme.text;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = scaled(theme.tickFont);
  ctx.textAlign = 'left';
  /** End of the last text of each row. */
  const ends: number[] = [];
  for (const { time, text } of layers.annotations) {
    if (time < min || time > max) continue;
    const at = x(time);
    dash(ctx, []);
    vertical(ctx, box, at);
    ctx.beginPath();
    ctx.moveTo(at, box.top);
    ctx.lineTo(at + flag, box.top + flag / 2);
    ctx.lineTo(at, box.top + flag);
    ctx.fill();
    const shown = text === '' ? '' : shortened(ctx, text, (box.right - box.left) * 0.4);
    const width = ctx.measureText(shown).width;
    const beside = at + flag + 4 * devicePixelRatio;
    const left = beside + width < box.right ? beside : at - width - 4 * devicePixelRatio;
    let row = 0;
    while ((ends[row] ?? Number.NEGATIVE_INFINITY) > left) row++;
    // a text without room is in the list of annotations only
    if (shown === '' || box.top + step * (row + 1) > box.bottom) continue;
    ends[row] = left + width + 6 * devicePixelRatio;
    words(u, theme, shown, left, box.top + step * (row + 1));
  }
}

/** A text that fits into a width, with an ellipsis if it is shortened. */
function shortened(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && ctx.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length)}…`;
}

function drawExpected({ u, theme, x, y }: Canvas, layers: TrendLayers): void {
  const points = layers.expected ?? [];
  if (points.length === 0) return;
  const { ctx } = u;
  ctx.strokeStyle = theme.pens[0] ?? theme.text;
  ctx.lineWidth = 2 * devicePixelRatio;
  dash(ctx, [2, 4]);
  ctx.beginPath();
  points.forEach(({ time, value }, index) => {
    if (index === 0) ctx.moveTo(x(time), y(value));
    else ctx.lineTo(x(time), y(value));
  });
  ctx.stroke();
}

function drawEnds({ u, theme, x, y, box }: Canvas, layers: TrendLayers): void {
  const { ctx } = u;
  const { min = 0, max = 0 } = u.scales['x'] ?? {};
  ctx.fillStyle = theme.text;
  for (const { time, value } of layers.dots) {
    if (time < min || time > max) continue;
    ctx.beginPath();
    ctx.arc(x(time), y(value), 3.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.font = scaled(theme.labelFont);
  ctx.textAlign = 'left';
  const step = (theme.tickPx + 5) * devicePixelRatio;
  const ends = layers.ends
    .map((end) => ({ text: end.text, at: y(end.value) + 4 * devicePixelRatio }))
    .sort((a, b) => a.at - b.at);
  const places = apart(
    ends.map(({ at }) => at),
    step,
    box.top + step * 0.8,
    ctx.canvas.height - 3 * devicePixelRatio,
  );
  ends.forEach(({ text }, i) => ctx.fillText(text, box.right + 6 * devicePixelRatio, places[i] ?? 0));
}

/** Draws left-aligned text with a background, so that no line crosses it. */
function words(u: uPlot, theme: TrendTheme, text: string, left: number, foot: number): void {
  const { ctx } = u;
  const height = theme.tickPx * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = theme.chart;
  ctx.globalAlpha = 0.8;
  ctx.fillRect(left - 2, foot - height * 0.9, ctx.measureText(text).width + 4, height * 1.15);
  ctx.restore();
  ctx.fillText(text, left, foot);
}

const dash = (ctx: CanvasRenderingContext2D, pattern: readonly number[]): void =>
  ctx.setLineDash(pattern.map((part) => part * devicePixelRatio));

/** uPlot's canvas counts device pixels. */
const scaled = (font: string): string => font.replace(/([\d.]+)px/, (_all, px: string) => `${Number(px) * devicePixelRatio}px`);

function horizontal(ctx: CanvasRenderingContext2D, box: Canvas['box'], at: number): void {
  ctx.beginPath();
  ctx.moveTo(box.left, at);
  ctx.lineTo(box.right, at);
  ctx.stroke();
}

function vertical(ctx: CanvasRenderingContext2D, box: Canvas['box'], at: number): void {
  ctx.beginPath();
  ctx.moveTo(at, box.top);
  ctx.lineTo(at, box.bottom);
  ctx.stroke();
}
