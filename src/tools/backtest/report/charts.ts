import { formatNumber } from '../../../core/format.ts';
import type { Trace } from '../traces.ts';
import { html, type Markup } from './html.ts';
import type { Timeline } from './timeline.ts';
import { type TimeWords } from './words.ts';

const width = 1_000;
/** Upper end of the logarithmic scale of scores. */
const mostScore = 16;
const plot = { top: 8, height: 130 } as const;
const stripHeight = 10;

const heightOf = (score: number): number => Math.log2(1 + Math.min(score, mostScore)) / Math.log2(1 + mostScore);
const yOf = (score: number): number => plot.top + plot.height * (1 - heightOf(score));
const px = (value: number): string => value.toFixed(1);

/** Chart of the highest score of each span and the threshold, above strips for alarm, labels and learned rows. */
export function timelineChart(timeline: Timeline, when: TimeWords): Markup {
  const { spans, from, to, spanMs } = timeline;
  const total = Math.max(spanMs, to - from + spanMs);
  const x = (index: number): number => (width * index * spanMs) / total;
  const bars = spans.flatMap((span, index) => {
    if (span === undefined || span.score <= 0) return [];
    const y = yOf(span.score);
    return [`M${px(x(index))},${px(plot.top + plot.height)}V${px(y)}H${px(x(index + 1))}V${px(plot.top + plot.height)}Z`];
  });
  const base = plot.top + plot.height + 6;
  const strips = (
    [
      ['alarm', 'in alarm'],
      ['label', 'labelled anomalous'],
      ['taught', 'taught'],
    ] as const
  ).filter(([kind]) => spans.some((span) => span?.[kind] === true));
  const rows = strips.map(([kind, name], line) => {
    const y = base + line * (stripHeight + 4);
    const path = runs(spans.map((span) => span?.[kind] === true))
      .map(([first, end]) => `M${px(x(first))},${y}H${px(x(end))}v${stripHeight}H${px(x(first))}Z`)
      .join('');
    return html`<path class="${kind}" d="${path}"><title>${name}</title></path>`;
  });
  const height = base + Math.max(1, strips.length) * (stripHeight + 4);
  const keys = strips.map(([kind, name]) => html`<span class="key"><i class="${kind}"></i>${name}</span>`);
  return html`<figure>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Highest score over time, with the threshold at 1; the alerts are listed below">
<rect class="ground" x="0" y="${plot.top}" width="${width}" height="${plot.height}"/>
<path class="score" d="${bars.join('')}"/>
<line class="threshold" x1="0" x2="${width}" y1="${px(yOf(1))}" y2="${px(yOf(1))}"/>
${rows}</svg>
<figcaption><span>${when(from)}</span><span><span class="key"><i class="score"></i>score</span><span class="key"><i class="threshold"></i>threshold</span>${keys}</span><span>${when(to)}</span></figcaption>
</figure>`;
}

/** First index and end index (exclusive) of each run of true. */
function runs(flags: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  flags.forEach((flag, index) => {
    if (!flag) return;
    const last = found.at(-1);
    if (last !== undefined && last[1] === index) last[1] = index + 1;
    else found.push([index, index + 1]);
  });
  return found;
}

const trace = { height: 90, width: 480 } as const;

/** Chart of a tag around an alert: measured values, span of the alert, and in it the band of normal operation, if any. */
export function traceChart(
  { tag, unit, points }: Trace,
  shown: { readonly from: number; readonly to: number },
  alert: { readonly since: number; readonly until: number },
  band: { readonly low: number; readonly high: number } | undefined,
): Markup {
  const lows = points.map(({ low }) => low);
  const highs = points.map(({ high }) => high);
  const [least, most] = [Math.min(...lows), Math.max(...highs)];
  const spread = most > least ? most - least : Math.max(1, Math.abs(most));
  const [bottom, top] = [least - spread * 0.05, most + spread * 0.05];
  const x = (time: number): number => (trace.width * (time - shown.from)) / Math.max(1, shown.to - shown.from);
  const y = (value: number): number => trace.height * (1 - (Math.min(top, Math.max(bottom, value)) - bottom) / (top - bottom));
  const line = points
    .flatMap(({ time, low, high }) => (low === high ? [{ time, value: low }] : [low, high].map((value) => ({ time, value }))))
    .map(({ time, value }, index) => `${index === 0 ? 'M' : 'L'}${px(x(time))},${px(y(value))}`)
    .join('');
  const start = Math.max(0, x(alert.since));
  const spanWidth = px(Math.max(2, Math.min(trace.width, x(alert.until)) - start));
  // the expected values of this alert do not apply before and after it
  const normal =
    band === undefined || band.high < bottom || band.low > top
      ? undefined
      : html`<rect class="band" x="${px(start)}" width="${spanWidth}" y="${px(y(band.high))}" height="${px(Math.max(1, y(band.low) - y(band.high)))}"/>`;
  const label = `${tag} from ${formatNumber(least)} to ${formatNumber(most)} ${unit}`.trim();
  return html`<figure class="trace"><svg viewBox="0 0 ${trace.width} ${trace.height}" role="img" aria-label="${label}">
<rect class="ground" x="0" y="0" width="${trace.width}" height="${trace.height}"/>
<rect class="span" x="${px(start)}" width="${spanWidth}" y="0" height="${trace.height}"/>
${normal}<path class="pen" d="${line}"/></svg><figcaption><span>${tag}</span><span>${formatNumber(least)} … ${formatNumber(most)} ${unit}</span></figcaption></figure>`;
}

/** Chart of the alerts per day with the alarm budget. */
export function daysChart(counts: readonly number[], budgetPerDay: number): Markup {
  const most = Math.max(budgetPerDay, ...counts) * 1.1;
  const y = (value: number): number => 100 * (1 - value / most);
  const step = width / counts.length;
  const bars = counts.map(
    (count, day) =>
      html`<rect class="score" x="${px(day * step + step * 0.1)}" width="${px(step * 0.8)}" y="${px(y(count))}" height="${px(100 - y(count))}"><title>day ${day + 1}: ${count}</title></rect>`,
  );
  const label = `Alerts of each day: ${counts.join(', ')}; the budget is ${formatNumber(budgetPerDay)}`;
  return html`<figure><svg class="days" viewBox="0 0 ${width} 100" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="ground" x="0" y="0" width="${width}" height="100"/>${bars}<line class="threshold" x1="0" x2="${width}" y1="${px(y(budgetPerDay))}" y2="${px(y(budgetPerDay))}"/></svg><figcaption><span>first day</span><span>alerts of each day, ${Math.max(0, ...counts)} at most; the line is the budget</span><span>last day</span></figcaption></figure>`;
}
