import { formatDuration, formatNumber } from '../../../core/format.ts';
import type { UnwatchedStatus } from '../../../core/unwatched.ts';
import type { BudgetPromise } from '../../../detection/baseline/format.ts';
import { AlertBook, type JudgedAlert } from '../alerts.ts';
import type { RowResult } from '../run.ts';
import type { JudgedStretch, LabelledScore } from '../score.ts';
import type { Trace, TraceSource } from '../traces.ts';
import { daysChart, timelineChart } from './charts.ts';
import { html, Markup } from './html.ts';
import { alertArticle, leadOf, scoreSection, unwatchedSection } from './sections.ts';
import { style } from './style.ts';
import { Timeline } from './timeline.ts';
import { elapsedWords, percent, utcWords } from './words.ts';

/** Input and calibration of a backtest. */
export interface ReportSubject {
  /** Name of the file or of the site. */
  readonly name: string;
  /** Meaning of one row: a row of a table, a packet, or a period of the historian. */
  readonly unit: 'rows' | 'packets' | 'periods';
  /** Number of rows at the start that were learned. */
  readonly taughtRows: number;
  /** One of this many rows of the file was judged; default 1. */
  readonly every?: number | undefined;
  /** Source of normal operation, as text. */
  readonly learnedFrom: string;
  readonly promise: BudgetPromise | undefined;
  /** Undefined if no channel needs a learned threshold, as for packets. */
  readonly unwatched?: UnwatchedStatus | undefined;
  readonly budgetPerDay: number;
  /** False if times count from 0 because the rows had none. */
  readonly dated: boolean;
  readonly labels?: Uint8Array | undefined;
  readonly traces: TraceSource;
}

/** Scores of the labelled rows, for scadawatch and for trivial detectors. */
export interface ReportScores {
  readonly score: LabelledScore;
  readonly trivial: Readonly<Record<string, LabelledScore>>;
}

const dayMs = 86_400_000;
/** Alerts with a full explanation; further alerts are only listed. */
const mostExplained = 40;
const mostTraces = 3;
/** Rows shown before and after an alert: the length of the alert, within these bounds. */
const context = { least: 30, most: 300 };

/** Collects the rows of a backtest and renders one self-contained HTML file. */
export class BacktestReport {
  readonly #subject: ReportSubject;
  readonly #timeline = new Timeline();
  readonly #alerts = new AlertBook();
  #rows = 0;
  #alarmed = 0;
  #judgedFrom = Number.NaN;

  constructor(subject: ReportSubject) {
    this.#subject = subject;
  }

  see({ row, time, score, alarm, open }: RowResult): void {
    const taught = row < this.#subject.taughtRows;
    this.#timeline.add(time, { score, alarm, taught, label: this.#subject.labels?.[row] === 1 });
    this.#rows++;
    if (taught) return;
    if (Number.isNaN(this.#judgedFrom)) this.#judgedFrom = time;
    if (alarm) this.#alarmed++;
    this.#alerts.see(time, open);
  }

  /** The complete file. */
  async page(scores: ReportScores | undefined): Promise<string> {
    const { name } = this.#subject;
    const body = html`<h1>Back-test of ${name}</h1>
${this.#summary()}
${this.#budget()}
${unwatchedSection(this.#subject.unwatched, this.#when)}
${scores === undefined ? undefined : scoreSection(scores.score, scores.trivial, this.#when)}
<section><h2>Timeline</h2>${this.#rows === 0 ? html`<p>There were no ${this.#subject.unit}.</p>` : timelineChart(this.#timeline, this.#when)}</section>
${await this.#alertSection(scores?.score.stretches)}`;
    return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Back-test of ${name}</title><style>${cssOnly}</style></head><body><main>${body}</main></body></html>
`.text;
  }

  get #when() {
    return this.#subject.dated ? utcWords : elapsedWords;
  }

  /** Number of judged days. */
  get #days(): number {
    return Math.max(0, this.#timeline.to - this.#judgedFrom) / dayMs;
  }

  #summary(): Markup {
    const { unit, taughtRows, learnedFrom, promise } = this.#subject;
    const judged = this.#rows - Math.min(taughtRows, this.#rows);
    return html`<section><h2>What was judged</h2><dl>
<dt>span</dt><dd>${this.#rows === 0 ? '–' : `${this.#when(this.#timeline.from)} to ${this.#when(this.#timeline.to)}`}</dd>
<dt>judged</dt><dd>${judged} ${unit}${taughtRows > 0 ? `, after ${taughtRows} that taught` : ''}</dd>
<dt>in alarm</dt><dd>${percent(judged === 0 ? Number.NaN : this.#alarmed / judged)} of them</dd>
<dt>learned from</dt><dd>${learnedFrom}</dd>
<dt>promise</dt><dd>${promise?.text ?? 'None: without a calibration it learns from the first row on, and no budget can be promised.'}</dd>
</dl></section>`;
  }

  #budget(): Markup {
    const { budgetPerDay } = this.#subject;
    const { raised } = this.#alerts;
    const rate = raised.length / this.#days;
    const lead =
      this.#days < 1
        ? `${raised.length} in ${formatDuration(this.#days * dayMs, '–')}: too short for a rate per day. The budget is ${formatNumber(budgetPerDay)} per day of normal operation.`
        : `${formatNumber(rate)} per day: ${raised.length} in ${formatDuration(this.#days * dayMs, '–')}. The budget is ${formatNumber(budgetPerDay)} per day of normal operation.`;
    const perDay = Array.from({ length: Math.max(1, Math.ceil(this.#days)) }, () => 0);
    for (const time of raised) {
      // the last row of whole days belongs to the last day
      const day = Math.min(perDay.length - 1, Math.floor((time - this.#judgedFrom) / dayMs));
      (perDay[day] as number)++;
    }
    return html`<section><h2>Alerts against the budget</h2><p class="lead">${lead}</p>${this.#days < 1 ? undefined : daysChart(perDay, budgetPerDay)}</section>`;
  }

  /** @param labelled labelled stretches, if there are labels */
  async #alertSection(labelled: readonly JudgedStretch[] | undefined): Promise<Markup> {
    const all = this.#alerts.alerts();
    if (all.length === 0) return html`<section><h2>Alerts</h2><p>None.</p></section>`;
    const rows = all.map((alert, index) => {
      const { explanation, detector } = leadOf(alert);
      const title = html`${explanation.title}`;
      const named = index < mostExplained ? html`<a href="#alert-${index + 1}">${title}</a>` : title;
      return html`<tr><td class="n">${index + 1}</td><td>${this.#when(alert.raisedAt)}</td><td>${named}</td><td>${detector}</td><td class="n">${formatDuration(alert.until - alert.since, '–')}</td>${labelled === undefined ? undefined : html`<td>${touches(alert, labelled) ? 'yes' : 'no'}</td>`}</tr>`;
    });
    const articles: Markup[] = [];
    for (const [index, alert] of all.slice(0, mostExplained).entries()) articles.push(await this.#article(alert, index + 1));
    const more = this.#alerts.raised.length - all.length;
    return html`<section><h2>Alerts</h2><div class="wide" tabindex="0" role="region" aria-label="List of alerts"><table>
<thead><tr><th class="n" scope="col">no.</th><th scope="col">raised</th><th scope="col">what</th><th scope="col">detector</th><th class="n" scope="col">lasted</th>${labelled === undefined ? undefined : html`<th scope="col">in a labelled stretch</th>`}</tr></thead><tbody>${rows}</tbody></table></div>
${more > 0 ? html`<p class="weak">${more} more are counted and not listed.</p>` : undefined}${articles}</section>`;
  }

  async #article(alert: JudgedAlert, number: number): Promise<Markup> {
    const { stepMs } = this.#timeline;
    const lasted = alert.until - alert.since;
    const margin = Math.min(context.most * stepMs, Math.max(context.least * stepMs, lasted));
    // a very long alert is shown at its begin
    const end = Math.min(alert.until, alert.since + 3 * context.most * stepMs) + margin;
    const [from, to] = [Math.max(this.#timeline.from, alert.since - margin), Math.min(this.#timeline.to, end)];
    const tags = [...new Set(leadOf(alert).explanation.contributions.map(({ tag }) => tag))].slice(0, mostTraces);
    const traces: readonly Trace[] = tags.length === 0 ? [] : await this.#subject.traces(tags, from, to);
    return alertArticle(alert, number, { from, to, traces: traces.filter(({ points }) => points.length > 1) }, this.#when);
  }
}

const touches = ({ raisedAt, until }: JudgedAlert, labelled: readonly JudgedStretch[]): boolean =>
  labelled.some(({ from, to }) => from <= until && to >= raisedAt);

const cssOnly = new Markup(style);
