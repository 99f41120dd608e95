import { formatDuration, formatNumber } from '../../../core/format.ts';
import type { Finding } from '../../../core/finding.ts';
import { type UnwatchedStatus, unwatchedSummary } from '../../../core/unwatched.ts';
import type { JudgedAlert } from '../alerts.ts';
import type { JudgedStretch, LabelledScore } from '../score.ts';
import type { Trace } from '../traces.ts';
import { traceChart } from './charts.ts';
import { html, type Markup } from './html.ts';
import { apart, certaintyWords, percent, type TimeWords } from './words.ts';

/** Scores against the labels, beside those of trivial detectors. */
export function scoreSection(score: LabelledScore, trivial: Readonly<Record<string, LabelledScore>>, when: TimeWords): Markup {
  const row = (name: string, of: LabelledScore): Markup =>
    html`<tr><th scope="row">${name}</th><td class="n">${percent(of.precision)}</td><td class="n">${percent(of.recall)}</td><td class="n">${formatNumber(of.f1)}</td><td class="n">${of.detected} of ${of.events}</td><td class="n">${formatDuration(of.delayMs, '–')}</td><td class="n">${formatNumber(of.falsePerDay)}</td></tr>`;
  return html`<section><h2>Against the labels</h2><div class="wide" tabindex="0" role="region" aria-label="Scores"><table>
<thead><tr><th></th><th class="n" scope="col">precision by row</th><th class="n" scope="col">recall by row</th><th class="n" scope="col">F1</th><th class="n" scope="col">stretches detected</th><th class="n" scope="col">median delay</th><th class="n" scope="col">false episodes a day</th></tr></thead>
<tbody>${row('scadawatch', score)}${Object.entries(trivial).map(([name, of]) => row(name, of))}</tbody></table></div>
<p class="weak">“never”, “always” and “random” do not look at the values; random alarms as many rows as scadawatch does.</p>${stretchTable(score.stretches, when)}</section>`;
}

const mostUnwatched = 500;

/** Unwatched channels with their reasons, as a collapsed list. */
export function unwatchedSection(status: UnwatchedStatus | undefined, when: TimeWords): Markup | undefined {
  if (status === undefined) return undefined;
  const { unwatched } = status;
  const rows = unwatched
    .slice(0, mostUnwatched)
    .map(
      ({ channel, detector, reason, watchedFrom }) =>
        html`<tr><td>${channel}</td><td>${detector}</td><td>${reason}</td><td>${watchedFrom === undefined ? '–' : when(watchedFrom)}</td></tr>`,
    );
  const more = unwatched.length - rows.length;
  const list = html`<details><summary>Unwatched channels</summary><div class="wide" tabindex="0" role="region" aria-label="Unwatched channels"><table>
<thead><tr><th scope="col">channel</th><th scope="col">detector</th><th scope="col">reason</th><th scope="col">watched from, after a calibration</th></tr></thead><tbody>${rows}</tbody></table></div>
${more > 0 ? html`<p class="weak">${more} more are counted and not listed.</p>` : undefined}</details>`;
  return html`<section><h2>Unwatched channels</h2><p class="lead">${unwatchedSummary(status)}</p>${unwatched.length === 0 ? undefined : list}</section>`;
}

const mostStretches = 100;

/** Table of the labelled stretches with the time of their detection. */
function stretchTable(stretches: readonly JudgedStretch[], when: TimeWords): Markup | undefined {
  if (stretches.length === 0) return undefined;
  const rows = stretches.slice(0, mostStretches).map(({ from, to, alarmAt }) => {
    const noticed = alarmAt === undefined ? 'not noticed' : when(alarmAt);
    const delay = alarmAt === undefined ? '–' : formatDuration(alarmAt - from, '–');
    return html`<tr><td>${when(from)}</td><td>${when(to)}</td><td>${noticed}</td><td class="n">${delay}</td></tr>`;
  });
  const more = stretches.length - rows.length;
  return html`<h3>Labelled stretches</h3><div class="wide" tabindex="0" role="region" aria-label="Labelled stretches"><table>
<thead><tr><th scope="col">first row</th><th scope="col">last row</th><th scope="col">first in alarm</th><th class="n" scope="col">after</th></tr></thead><tbody>${rows}</tbody></table></div>
${more > 0 ? html`<p class="weak">${more} more are scored and not listed.</p>` : undefined}`;
}

/** Article about one alert: findings, begin, certainty and contributing tags. */
export function alertArticle(
  alert: JudgedAlert,
  number: number,
  shown: { readonly from: number; readonly to: number; readonly traces: readonly Trace[] },
  when: TimeWords,
): Markup {
  const lead = leadOf(alert);
  const { explanation } = lead;
  const { contributions } = explanation;
  const band = bandOf(explanation);
  const others = alert.findings.filter((finding) => finding !== lead);
  const charts = shown.traces.map((trace) =>
    traceChart(trace, shown, alert, trace.tag === band?.tag && band.of === undefined ? band : undefined),
  );
  return html`<article id="alert-${number}"><h3>${number}. ${explanation.title}</h3>
<p>${explanation.sentence}</p>
<p class="weak">First anomalous ${when(alert.since)}, raised ${when(alert.raisedAt)}, lasted ${formatDuration(alert.until - alert.since, '–')}. ${certaintyWords(lead.certainty)}</p>
${band === undefined ? undefined : html`<p>${named(band)}: ${bandWords(band)}.</p>`}
${contributions.length === 0 ? undefined : contributionTable(lead)}
<p>It would be normal if ${explanation.normalIf}.</p>
${others.length === 0 ? undefined : html`<p class="weak">Also: ${others.map(({ explanation: { title }, detector }) => `${title} (${detector})`).join('; ')}.</p>`}
${charts.length === 0 ? undefined : html`<div class="traces">${charts}</div>`}</article>`;
}

/** The finding with the highest score, which represents the alert. */
export const leadOf = ({ findings }: JudgedAlert): Finding =>
  findings.reduce((worst, finding) => (finding.peak > worst.peak ? finding : worst));

function bandWords({ measured, low, high, unit }: NonNullable<Finding['explanation']['band']>): string {
  const [value, from, to] = apart([measured, low, high], unit);
  return `measured ${value}, normal ${from} to ${to}`;
}

/** `CW.LT01`, or `CW.LT01, fluctuation` if the finding is not about the value. */
const named = ({ tag, of }: { readonly tag: string; readonly of?: string | undefined }): string =>
  of === undefined ? tag : `${tag}, ${of}`;

/** The normal band; undefined for states, whose numbers mean nothing to a reader. */
function bandOf({ band, contributions }: Finding['explanation']): Finding['explanation']['band'] {
  return contributions.some(({ tag, states }) => tag === band?.tag && states !== undefined) ? undefined : band;
}

const mostContributions = 5;

function contributionTable({ explanation }: Finding): Markup {
  const rows = explanation.contributions
    .slice(0, mostContributions)
    .map(({ tag, of, share, unit, measured, expected, states }) => {
      const values = states === undefined ? apart([measured, expected], unit) : [states.measured, states.expected ?? '–'];
      return html`<tr><th scope="row">${named({ tag, of })}</th><td class="n">${percent(share)}</td>${values.map((value) => html`<td class="n">${value}</td>`)}</tr>`;
    });
  return html`<div class="wide" tabindex="0" role="region" aria-label="Contributions"><table><thead><tr><th scope="col">contribution, not proven cause</th><th class="n" scope="col">share</th><th class="n" scope="col">measured</th><th class="n" scope="col">expected</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
